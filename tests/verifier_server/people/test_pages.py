"""Pages about people, as a clerk uses them."""

from ..builders import NAME, a_person, a_vaccinated_person

FORM = {
    "full_name": NAME,
    "dob_day": "31",
    "dob_month": "1",
    "dob_year": "1990",
    "gender": "female",
    "id_number": "001190000003",
    "phone": "0912345678",
}


def test_a_clerk_enters_a_person(clerk):
    answer = clerk.post("/people/new", FORM)
    assert answer.status_code == 302
    page = clerk.get(answer.location).get_data(as_text=True)
    assert NAME in page
    assert "31/01/1990" in page


def test_an_unknown_birthday_is_shown_as_dashes(clerk):
    answer = clerk.post("/people/new", {**FORM, "dob_day": "", "dob_month": ""})
    assert "--/--/1990" in clerk.get(answer.location).get_data(as_text=True)


def test_a_form_sent_twice_enters_one_person(clerk):
    hidden = dict(clerk.hidden("/people/new"))
    first, second = (clerk.client.post("/people/new", data={**FORM, **hidden}, base_url=clerk.base) for _ in range(2))
    assert first.location == second.location
    assert "1 người" in clerk.get("/people?q=thao").get_data(as_text=True)


def test_what_is_wrong_stands_beside_its_field_and_nothing_is_lost(clerk):
    answer = clerk.post("/people/new", {**FORM, "dob_day": "31", "dob_month": "2", "id_number": "1190000003"})
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert "Có 2 chỗ cần sửa." in page
    assert "Ngày sinh chưa đúng." in page
    assert "mất số 0 ở đầu" in page
    assert f'value="{NAME}"' in page


def test_a_known_id_number_is_refused(clerk, register):
    with register.writing() as session:
        a_person(session)
    answer = clerk.post("/people/new", FORM)
    assert answer.status_code == 422
    assert "Đã có người với số giấy tờ này." in answer.get_data(as_text=True)


def test_a_name_is_text_and_never_html(clerk):
    answer = clerk.post("/people/new", {**FORM, "full_name": "Lê <script>alert(1)</script>"})
    page = answer.get_data(as_text=True)
    assert "<script>alert" not in page
    assert "alert" not in clerk.get("/people?q=le").get_data(as_text=True).replace("data-alert", "")


def test_a_search_is_text_and_never_html(clerk):
    page = clerk.get('/people?q="><script>alert(1)</script>').get_data(as_text=True)
    assert "<script>alert" not in page


def test_people_are_found_and_shown_with_their_doses(clerk, register):
    with register.writing() as session:
        person = a_vaccinated_person(session)
    page = clerk.get("/people?q=phuong+thao").get_data(as_text=True)
    assert f'href="/people/{person.id}"' in page
    page = clerk.get(f"/people/{person.id}").get_data(as_text=True)
    assert "Đủ 2 mũi" in page
    assert page.count("Comirnaty") == 2


def test_who_is_not_there_can_be_added(clerk):
    page = clerk.get("/people?q=zzz").get_data(as_text=True)
    assert "Không tìm thấy ai." in page
    assert 'href="/people/new"' in page
