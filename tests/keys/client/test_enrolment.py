import pytest
from hypothesis import given
from hypothesis import strategies as st

from keys.client.enrolment import MOST_CHARACTERS, BadEnrolment, Enrolment, is_enrolment, parse

TOKEN = "A" * 43
GOOD = f"checkpoint-enrol:?post=79-CLT-1&server=https%3A%2F%2Fexample.vn&token={TOKEN}"


def refused(text):
    with pytest.raises(BadEnrolment) as error:
        parse(text)
    assert error.value.message.startswith("This is no enrolment code")
    assert "\n" not in error.value.message
    assert TOKEN not in error.value.message
    return error.value.message


def test_the_binding_text_is_read_and_written():
    enrolment = Enrolment("79-CLT-1", "https://example.vn", TOKEN)
    assert enrolment.text() == GOOD
    assert parse(GOOD) == enrolment
    assert parse(f"  {GOOD}\r\n") == enrolment


POSTS = st.from_regex(r"[0-9A-Za-z]([0-9A-Za-z-]{0,38}[0-9A-Za-z])?", fullmatch=True)
HOSTS = st.from_regex(r"[a-z]{1,20}(\.[a-z]{1,10}){0,3}(:[1-9][0-9]{0,3})?(/[a-z%~.-]{1,10}){0,3}", fullmatch=True)
TOKENS = st.from_regex(r"[0-9A-Za-z_-]{43}", fullmatch=True)


@given(POSTS, HOSTS, TOKENS)
def test_what_is_written_is_read_again(post, host, token):
    enrolment = Enrolment(post, f"https://{host}", token)
    assert parse(enrolment.text()) == enrolment


@pytest.mark.parametrize("root", ["root=eyJ", "key=abc", "trust=1", "Token=x", "post2=1", "channel=https%3A%2F%2Fx"])
def test_nothing_else_may_ride_along_least_of_all_a_root(root):
    name = root.partition("=")[0]
    assert name in refused(f"{GOOD}&{root}")
    assert name in refused(GOOD.replace("?", f"?{root}&"))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "checkpoint-enrol:",
        "checkpoint-enrol:?",
        "VN1:ABC",
        "https://example.vn",
        GOOD.replace("checkpoint-enrol", "Checkpoint-Enrol"),
        GOOD.replace("post=79-CLT-1", "post="),
        GOOD.replace("&token", "&&token"),
        GOOD + "&",
        GOOD + "#x",
        GOOD + "&post=1",
        GOOD[:-1],
        GOOD + "A",
        GOOD[:-1] + "+",
        GOOD[:-1] + "%41",
        GOOD.replace("%3A", ":"),
        GOOD.replace("%2F", "%2f"),
        GOOD.replace("79-CLT-1", "79 CLT"),
        GOOD.replace("79-CLT-1", "79-CLT-1%00"),
        GOOD.replace("79-CLT-1", "-"),
        GOOD.replace("79-CLT-1", "x" * 41),
        GOOD.replace("79-CLT-1", "ch%E1%BB%91t"),
        GOOD.replace("example", "ex%FF"),
        GOOD.replace("example", "ví-dụ"),
        GOOD.replace("post=79-CLT-1&", ""),
        f"checkpoint-enrol:?token={TOKEN}&server=https%3A%2F%2Fexample.vn&post=79-CLT-1",
        GOOD + "&x=" + "y" * MOST_CHARACTERS,
    ],
)
def test_anything_but_the_one_spelling_is_refused(text):
    refused(text)


@pytest.mark.parametrize(
    "server",
    [
        "http://example.vn",
        "http://10.0.0.5",
        "http://localhost.example.vn",
        "http://127.0.0.1.example.vn",
        "http://127.0.0.1@example.vn",
        "https://user:pass@example.vn",
        "https://",
        "https:///x",
        "https://example.vn/",
        "https://example.vn?x=1",
        "https://example.vn#x",
        "https://example.vn:notaport",
        "https://example.vn:99999",
        "https://[::1",
        "https://exa mple.vn",
        "https://example.vn\\@evil.vn",
        "ftp://example.vn",
        "file:///etc",
        "javascript:alert(1)",
        "example.vn",
        "//example.vn",
        "",
        "https://" + "x" * 300,
    ],
)
def test_a_server_is_https_or_this_machine(server):
    with pytest.raises(BadEnrolment, match="server"):
        Enrolment("79-CLT-1", server, TOKEN)


@pytest.mark.parametrize(
    "server",
    ["https://example.vn", "https://example.vn:8443/checkpoint", "http://127.0.0.1:5000", "http://localhost:5000",
     "http://[::1]:5000", "https://192.168.1.4"],
)  # fmt: skip
def test_these_servers_are_taken(server):
    enrolment = Enrolment("79-CLT-1", server, TOKEN)
    assert parse(enrolment.text()) == enrolment


@given(st.text())
def test_any_text_is_refused_in_one_sentence(text):
    refused(text)
    refused(f"checkpoint-enrol:?{text}")


def test_a_code_shows_no_token_when_it_is_printed():
    assert TOKEN not in repr(parse(GOOD))


def test_what_means_to_be_one_is_known_without_reading_it():
    assert is_enrolment(GOOD)
    assert is_enrolment("checkpoint-enrol:?broken")
    assert not is_enrolment("VN1:ABC")
