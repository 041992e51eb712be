import unicodedata

import pytest

from scanner_app.face import face_of
from tests.scanner_app.builders import a_verdict_for, an_accepted
from vaccine_pass.dates import PartialDate
from vaccine_pass.verdict import Reason


def test_a_complete_series_is_green_with_a_tick_and_asks_for_the_card():
    face = face_of(an_accepted(), "vi")
    assert (face.look.colour, face.look.shape) == ("#0B6B3A", "circle-tick")
    assert (face.word, face.summary) == ("ĐỦ MŨI", "2 trên 2 mũi")
    assert (face.name, face.birth) == ("Nguyễn Thị Hoàng Phương Thảo", "31/01/1990")
    assert face.vaccine == "Comirnaty · 30/07/2021"
    assert face.asks_for_card


def test_a_begun_series_shows_its_fraction():
    face = face_of(an_accepted(doses=1), "en")
    assert (face.look.shape, face.symbol, face.word) == ("diamond-fraction", "1/2", "BEGUN")


def test_before_any_dose_nothing_is_said_of_a_vaccine():
    face = face_of(an_accepted(doses=0, series=None, vaccine=None, last_dose=None), "vi")
    assert (face.symbol, face.summary, face.vaccine) == ("0", "Đã đăng ký", "")


@pytest.mark.parametrize(("doses", "series"), [(3, 2), (2, 1), (3, 3)])
def test_a_booster_stays_green(doses, series):
    assert face_of(an_accepted(doses=doses, series=series), "vi").look.colour == "#0B6B3A"


def test_unknown_parts_of_a_birth_date_are_dashes():
    assert face_of(an_accepted(birth=PartialDate(1948)), "vi").birth == "--/--/1948"


def test_a_name_in_parts_is_put_together_for_drawing():
    name = unicodedata.normalize("NFD", "Nguyễn Thị Hoà")
    assert face_of(an_accepted(name=name), "vi").name == "Nguyễn Thị Hoà"


@pytest.mark.parametrize(("kind", "summary"), [("test", "Test certificate"), ("recovery", "Recovery certificate")])
def test_a_test_or_a_recovery_is_valid_without_doses(kind, summary):
    face = face_of(an_accepted(kind=kind, doses=None, series=None, vaccine=None, last_dose=None), "en")
    assert (face.word, face.summary, face.symbol) == ("VALID", summary, "")


def test_a_refusal_says_why_what_to_do_and_its_stage_and_no_name():
    face = face_of(a_verdict_for(Reason.BAD_SIGNATURE), "vi")
    assert (face.word, face.sentence, face.stage) == ("TỪ CHỐI", "Chữ ký không đúng.", "S-SIG")
    assert face.next_step
    assert not face.name
    assert not face.asks_for_card


def test_cannot_tell_is_never_red():
    face = face_of(a_verdict_for(Reason.TRUST_TOO_OLD), "en")
    assert (face.look.colour, face.look.shape) == ("#34376E", "square-question")


def test_a_long_vaccine_name_leaves_the_date_a_line_of_its_own():
    face = face_of(an_accepted(vaccine="COVID-19 Vaccine Janssen"), "vi")
    assert face.vaccine.splitlines() == ["COVID-19 Vaccine Janssen", "30/07/2021"]
