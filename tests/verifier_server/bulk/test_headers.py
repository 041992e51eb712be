"""Which column is which."""

import pytest

from verifier_server.bulk.headers import column_places
from verifier_server.errors import ServerError


def test_english_titles_are_those_of_the_registration_form():
    titles = ["full_name", "dob", "gender", "phone", "id_number", "occupation", "vaccine", "dose_number"]
    assert column_places(titles) == {
        "full_name": 0,
        "dob": 1,
        "gender": 2,
        "phone": 3,
        "id_number": 4,
        "vaccine": 6,
        "dose_number": 7,
    }


def test_vietnamese_titles_are_known():
    titles = [
        "STT",
        "Họ và tên",
        "Ngày sinh (ngày/tháng/năm)",
        "Giới tính",
        "Số điện thoại",
        "Số CMND/CCCD/HC",
        "Loại vắc xin",
        "Mũi số",
        "Ngày tiêm",
        "Số lô",
        "Cơ sở tiêm",
    ]
    assert list(column_places(titles)) == [
        "full_name",
        "dob",
        "gender",
        "phone",
        "id_number",
        "vaccine",
        "dose_number",
        "dose_date",
        "lot",
        "site",
    ]


def test_case_spaces_and_marks_make_no_difference():
    assert column_places(["  HO  VA TEN *", "Date of birth"]) == {"full_name": 0, "dob": 1}


@pytest.mark.parametrize(
    ("titles", "said"),
    [
        (["name of nobody"], "lacks full_name and dob"),
        (["full_name"], "lacks dob"),
        (["full_name", "dob", "Họ và tên"], "full_name is there twice, in places 1 and 3"),
    ],
)
def test_a_header_that_does_not_do_says_what_is_wrong(titles, said):
    with pytest.raises(ServerError, match=said):
        column_places(titles)
