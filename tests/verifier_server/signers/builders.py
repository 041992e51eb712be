"""Builders of signing keys with a past, without files: for the rules of the chart and of the page."""

from datetime import datetime
from hashlib import sha256

from keys.entry import Event, KeyStatus, SignerEntry
from verifier_server.checks import VIETNAM
from verifier_server.signers.words import words

DAY = 86_400


def on(text):
    """The Unix seconds of a day in Vietnam, "2021-07-30"."""
    return int(datetime.fromisoformat(text).replace(tzinfo=VIETNAM).timestamp())


NOW = on("2021-08-20")


def a_key(*past, form="domestic", name=None, until="2021-10-01", trusted="2022-10-01", published="same", spare=False):
    """A key with this past: (day, status) in order; the last is its status now."""
    history = tuple(Event(on(day), KeyStatus(status), "") for day, status in past)
    name = name or f"VN-{past[0][0][:7]}-{form}"
    start = history[0].at
    return SignerEntry(
        kid=sha256(name.encode()).digest()[:8],
        name=name,
        form=form,
        status=history[-1].status,
        key={},
        created_at=start,
        published_at=start if published == "same" else published and on(published),
        sign_from=start,
        sign_until=on(until),
        accept_until=on(trusted),
        history=history,
        spare=spare,
    )


RETIRED = a_key(("2021-05-01", "active"), ("2021-07-15", "retired"), until="2021-08-01", trusted="2022-08-01")
ACTIVE = a_key(("2021-06-20", "pending"), ("2021-07-15", "active"), until="2021-09-15", trusted="2022-09-15")
PENDING = a_key(("2021-08-10", "pending"), until="2021-12-01", trusted="2022-12-01")
UNPUBLISHED = a_key(
    ("2021-08-19", "pending"), until="2022-01-01", trusted="2023-01-01", published=None, name="VN-du-phong"
)
REVOKED = a_key(
    ("2021-05-10", "pending"), ("2021-06-10", "active"), ("2021-07-14", "revoked"), form="travel", name="VN-lost"
)
SPARE = a_key(
    ("2021-06-01", "pending"), form="travel", until="2022-06-20", trusted="2023-06-20", name="VN-cat-rieng", spare=True
)
EVERY = (RETIRED, ACTIVE, PENDING, UNPUBLISHED, REVOKED, SPARE)


def said(app, language="vi"):
    """The words of the chart in a language."""
    with app.test_request_context(headers={"Cookie": f"language={language}"}):
        return words()
