"""Two languages: complete, current, and chosen by the reader."""

from gettext import GNUTranslations

import pytest

from verifier_server.translations import update
from verifier_server.web.languages import local_path


def test_every_text_of_the_pages_has_its_english():
    english = {message.id: message.string for message in update.english() if message.id}
    for message in update.collected():
        if message.id:
            assert english.get(message.id), f"no English for {message.id}: run the update of translations"
    assert update.untranslated(update.english()) == []


def test_the_compiled_catalogue_is_current():
    with update.COMPILED.open("rb") as file:
        compiled = GNUTranslations(file)
    for message in update.english():
        if isinstance(message.id, str) and message.id:
            assert compiled.gettext(message.id) == message.string
        elif message.id:
            assert [compiled.ngettext(*message.id, number) for number in (1, 2)] == list(message.string)


def test_placeholders_are_the_same_in_both_languages():
    for message in update.english():
        if message.id:
            assert not [str(problem) for problem in message.check()]


def test_pages_are_vietnamese_first(browser):
    page = browser.get("/login", headers={"Accept-Language": "en"}).get_data(as_text=True)
    assert '<html lang="vi">' in page
    assert "Đăng nhập" in page


def test_the_readers_choice_is_kept(browser):
    answer = browser.get("/language/en?next=/login")
    assert answer.location == "/login"
    page = browser.get("/login").get_data(as_text=True)
    assert '<html lang="en">' in page
    assert "Log in" in page


def test_a_language_that_is_not_there_is_a_404(browser):
    assert browser.get("/language/fr").status_code == 404


@pytest.mark.parametrize(
    ("target", "path"),
    [
        ("/people?q=a", "/people?q=a"),
        ("https://evil.example/", "/"),
        ("//evil.example", "/"),
        ("//[", "/"),  # no address at all
        ("http://[::1", "/"),
        ("/\\evil.example", "/"),
        ("javascript:alert(1)", "/"),
        ("people", "/"),
        ("/a\r\nSet-Cookie: x", "/"),
        ("", "/"),
    ],
)
def test_the_switch_stays_on_this_server(target, path):
    assert local_path(target) == path
