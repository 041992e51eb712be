"""Districts and wards from a file."""

import pytest
from sqlalchemy import func, select

from verifier_server.errors import ServerError
from verifier_server.units.importing import import_units
from verifier_server.units.naming import unit_name
from verifier_server.units.tables import Unit

LIST = "code,name,parent\n001,Quận Ba Đình,01\n00001,Phường Phúc Xá,001\n00004,Phường Trúc Bạch,001\n"


def a_list(tmp_path, text):
    path = tmp_path / "units.csv"
    path.write_text(text, "utf-8-sig")
    return path


def test_a_list_is_read_and_read_again_and_names_a_unit_with_those_above(storage, tmp_path):
    path = a_list(tmp_path, LIST)
    with storage.writing() as session:
        for _time in range(2):
            assert import_units(session, path, 2021) == {"district": 1, "ward": 2}
        assert session.scalar(select(func.count()).select_from(Unit)) == 3
        assert unit_name(session, 2021, "00001") == "Phường Phúc Xá, Quận Ba Đình, Hà Nội"
        assert unit_name(session, 2021, "99999") == "99999"
        assert unit_name(session, None, None) is None


def test_a_list_of_2025_has_no_districts(lite, tmp_path):
    with lite.writing() as session:
        found = import_units(session, a_list(tmp_path, "code,name,parent\n00004,Phường Ba Đình,01\n"), 2025)
        assert found == {"district": 0, "ward": 1}
        assert unit_name(session, 2025, "00004") == "Phường Ba Đình, Hà Nội"


@pytest.mark.parametrize(
    ("version", "text", "said"),
    [
        (2021, "code,name\n001,x\n", "needs a header"),
        (2021, "code,name,parent\n1,Quận Ba Đình,01\n", "Row 2: its code"),
        (2021, "code,name,parent\n001,Quận Ba Đình,99\n", "Row 2: its parent"),
        (2021, "code,name,parent\n00001,Phường Phúc Xá,001\n", "Row 2: its parent"),
        (2021, "code,name,parent\n001,A,01\n001,A,01\n", "Row 3: its code stands there twice"),
        (2021, "code,name,parent\n001,,01\n", "Row 2: This is empty"),
        (2025, LIST, "Row 2: its code"),
    ],
)
def test_a_wrong_list_is_refused_with_its_row_and_changes_nothing(lite, tmp_path, version, text, said):
    with lite.writing() as session:
        import_units(session, a_list(tmp_path, LIST), 2021)
        with pytest.raises(ServerError, match=said):
            import_units(session, a_list(tmp_path, text), version)
        assert session.scalar(select(func.count()).select_from(Unit)) == 3
