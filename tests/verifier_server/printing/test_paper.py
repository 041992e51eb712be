"""Paper: both layouts read back as what was signed, and nothing else ever leaves."""

import io
from base64 import b64encode

import pypdfium2
import pytest
import zxingcpp
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image
from weasyprint.urls import FatalURLFetchingError

from vaccine_pass.status import Status
from verifier_server.drawing import bulk_png
from verifier_server.errors import ServerError
from verifier_server.people.tables import Person
from verifier_server.printing import paper
from verifier_server.printing.fault import PrintFault
from verifier_server.printing.said import said_by
from verifier_server.printing.typeset import _OwnFiles
from verifier_server.web.services import services

from ..builders import DAY, NAME, NOW, a_pass, a_person, a_vaccinated_person


@pytest.fixture
def printed(lite, new_desk):
    """Print a person's pass; returns the PDF, the pass and the words on its pages."""
    desk = new_desk(lite)

    def make(layout="a4", form="domestic", doses=2, language="vi", **details):
        with lite.writing() as session:
            person = a_vaccinated_person(session, doses=doses, **details) if doses else a_person(session, **details)
        issued = a_pass(lite, desk, person.id, form)
        return paper.pass_pdf(issued, person, layout, language=language, now=NOW), issued

    return make


def words_of(pdf):
    """The text of a PDF, its white space folded; PDFium gives a hyphen at the end of a line as a mark of its own."""
    text = " ".join(page.get_textpage().get_text_bounded() for page in pypdfium2.PdfDocument(pdf))
    return " ".join(text.replace("\x02", "-").split())


def codes_of(pdf, dpi=300):
    """What a scanner reads from each page."""
    pages = [page.render(scale=dpi / 72).to_pil() for page in pypdfium2.PdfDocument(pdf)]
    return [code.text for page in pages for code in zxingcpp.read_barcodes(page)]


@pytest.mark.parametrize("form", ["domestic", "travel"])
def test_a_page_has_the_code_once_and_a_card_twice(printed, verifier, form):
    for layout, times in (("a4", 1), ("card", 2)):
        person = {"id_number": f"00119000000{times}", "phone": f"091234567{times}"}
        pdf, issued = printed(layout, form, **person)
        assert codes_of(pdf) == [issued.text] * times
        assert verifier.judge(issued.text, NOW).outcome.value == "accepted"
        assert len(pypdfium2.PdfDocument(pdf)) == 1


def test_the_page_says_what_was_signed_in_the_language_that_was_asked_for(printed):
    pdf, _issued = printed("a4")
    said = words_of(pdf)
    for expected in (NAME, "31/01/1990", "Comirnaty", "02/04/2021", "30/07/2022", "Cách dùng", "gấp"):
        assert expected in said
    english, _issued = printed("card", language="en", id_number="001190000009", phone="0912345670")
    assert "Valid until" in words_of(english)
    assert "Last dose" in words_of(english)


def test_paper_says_until_when_it_counts_and_what_a_new_one_does_to_it(printed, lite):
    _pdf, issued = printed()
    owner = issued.person_id
    with lite.reading() as session:
        person = session.get(Person, owner)
    expected = {
        ("vi", False): "Khi có thẻ mới, thẻ này vẫn dùng được đến 30/07/2022.",
        ("vi", True): "Dùng đến 30/07/2022. Khi có thẻ mới, thẻ này không còn dùng được.",
        ("en", False): "When you get a new card, this one stays valid until 30/07/2022.",
        ("en", True): "Valid until 30/07/2022. When you get a new card, this one no longer counts.",
    }
    for (language, ends), sentence in expected.items():
        for layout in paper.LAYOUTS:
            made = paper.pass_pdf(issued, person, layout, language=language, now=NOW, ends_old=ends)
            assert sentence in words_of(made), (language, ends, layout)


def test_what_is_printed_comes_from_the_signature_and_not_from_a_register_that_changed_since(printed, lite):
    _pdf, issued = printed()
    with lite.writing() as session:
        person = session.get(Person, issued.person_id)
        person.name = "Hoàn Toàn Khác"
    assert "Hoàn Toàn Khác" not in words_of(paper.pass_pdf(issued, person, "a4", language="vi", now=NOW))


def test_a_card_is_as_large_as_an_id_card(printed):
    pdf, _issued = printed("card")
    page = pypdfium2.PdfDocument(pdf)[0]
    millimetres = [round(side / 72 * 25.4, 1) for side in page.get_size()]
    assert millimetres == [210.0, 297.0]
    pictures = [it.get_bounds() for it in page.get_objects() if it.type == 3]
    assert len(pictures) == 2
    left, right = sorted(pictures)
    assert round((right[0] - left[0]) / 72 * 25.4, 1) == 85.6


def test_a_drawing_that_was_tampered_with_is_never_handed_out(printed, monkeypatch):
    _pdf, other = printed(doses=1)
    drawn = paper.bulk_png
    sabotages = {
        "another pass": lambda text, **look: drawn(other.text, **look),
        "one letter changed": lambda text, **look: drawn(text[:-1] + ("A" if text[-1] != "A" else "B"), **look),
        "no code at all": lambda text, **look: _blank(),
    }
    for number, sabotage in enumerate(sabotages.values()):
        monkeypatch.setattr(paper, "bulk_png", sabotage)
        for layout in paper.LAYOUTS:
            person = {"id_number": f"0011900001{number}{len(layout)}", "phone": f"09123456{number}{len(layout)}"}
            with pytest.raises(PrintFault):
                printed(layout, **person)


def test_a_code_on_one_side_only_is_found(printed, monkeypatch):
    made = paper.pdf
    monkeypatch.setattr(paper, "pdf", lambda template, **values: made("a4.html", **values))
    with pytest.raises(PrintFault) as fault:
        printed("card")
    assert (fault.value.evidence["read"], fault.value.evidence["wanted"]) == (1, 2)


def test_a_pass_that_is_over_or_somebody_elses_is_not_printed(printed, lite, new_desk):
    _pdf, issued = printed()
    with lite.writing() as session:
        stranger = a_person(session, name="Lê Văn Năm", id_number="001190000077", phone="0912345777")
        owner = session.get(Person, issued.person_id)
    with pytest.raises(ServerError, match="not in use"):
        paper.pass_pdf(issued, owner, "a4", language="vi", now=NOW + 400 * DAY)
    with pytest.raises(TypeError):
        paper.pass_pdf(issued, stranger, "a4", language="vi", now=NOW)


def test_a_text_that_is_no_pass_is_refused_in_a_sentence(printed):
    _pdf, issued = printed()
    for text in ("", "VN1:", "HC1:AAAA", issued.text[:-7], "hello"):
        with pytest.raises(PrintFault, match="cannot be read"):
            said_by(text)


@settings(max_examples=4, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    name=st.lists(st.sampled_from(["Nguyễn", "Đỗ", "<b>", "&", "Tôn-Nữ", "O'Ngọc", "Ằ"]), min_size=2, max_size=12),
)
def test_any_name_leaves_the_codes_readable_and_is_text_not_markup(name, face_of_a_pass):
    text = " ".join(name)[:80]
    for layout in paper.LAYOUTS:
        face = face_of_a_pass._replace(name=text)
        pdf = paper.pdf(f"{layout}.html", face=face, words=paper.words("vi"), lang="vi")
        assert len(codes_of(pdf, 200)) == paper._CODES[layout]
        assert len(pypdfium2.PdfDocument(pdf)) == 1
        assert "".join(text.split()) in "".join(words_of(pdf).split())


@pytest.fixture(scope="module")
def face_of_a_pass():
    """What is printed of a pass before any dose, with a plain code."""
    code = bulk_png("VN1:" + "A1B2" * 60, status=Status.NONE, scale=6)
    return paper.Face(
        "data:image/png;base64," + b64encode(code).decode(),
        *("Mã QR", "none", "#ffffff", "", "01/01/1990", "Chưa tiêm", None, "–", "30/07/2021", "28/10/2021"),
        *("00162C4A", "Dùng trong nước", "Khi có thẻ mới, thẻ này vẫn dùng được đến 28/10/2021."),
    )


def test_a_clerk_prints_both_layouts_from_the_pages(app, register, clerk):
    with app.app_context():
        with register.writing() as session:
            person = a_vaccinated_person(session)
        issued = a_pass(register, services().desk, person.id)
    page = clerk.get(f"/passes/{issued.id}").get_data(as_text=True)
    for layout in paper.LAYOUTS:
        assert f"/passes/{issued.id}.pdf" in page
        answer = clerk.get(f"/passes/{issued.id}.pdf?layout={layout}")
        assert answer.mimetype == "application/pdf"
        assert NAME not in answer.headers["Content-Disposition"]
        assert set(codes_of(answer.data, 200)) == {issued.text}
    assert clerk.get(f"/passes/{issued.id}.pdf?layout=poster").status_code == 400


def test_a_paper_asks_for_no_file_of_elsewhere():
    for url in ("https://example.org/x.png", "file:///etc/passwd"):
        with pytest.raises(FatalURLFetchingError):
            _OwnFiles().fetch(url)


def _blank():
    file = io.BytesIO()
    Image.new("RGB", (300, 350), "white").save(file, "PNG")
    return file.getvalue()
