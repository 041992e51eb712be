"""The server's door: which key signs, within which times, and what a rotation does to a running server."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from keys import ceremony, lifecycle, signers
from keys.entry import KeyStatus
from keys.errors import KeysError
from keys.lifecycle import DAY, STALENESS_LIMIT
from keys.store import KeyStore

from .builders import NOW, a_signer

ACTIVE = a_signer(status=KeyStatus.ACTIVE)


def refusal(action, *arguments, **named):
    with pytest.raises(KeysError) as refused:
        action(*arguments, **named)
    return refused.value.code


@pytest.mark.parametrize("form", ["domestic", "travel"])
def test_the_active_signer_of_a_form_comes_with_its_key(store, form):
    signer = signers.active_signer(store, form)
    assert signer.entry.form == form
    assert signer.key.kid == signer.entry.kid
    assert len(signer.key.sign(b"message")) == 64


def test_a_form_that_does_not_exist_is_refused(store):
    assert refusal(signers.active_signer, store, "shc") == "unknown_form"


def test_no_active_key_is_refused_with_the_way_out(store):
    store.change(lambda all_: lifecycle.retire(all_, all_[1].kid, NOW))
    with pytest.raises(KeysError, match="checkpoint-keys status"):
        signers.active_signer(store, "travel")


@pytest.mark.parametrize("status", [KeyStatus.PENDING, KeyStatus.RETIRED, KeyStatus.REVOKED])
def test_only_an_active_key_signs(status):
    entry = a_signer(status=status)
    assert refusal(signers.check_times, entry, issued_at=NOW, expires_at=NOW + DAY) == f"key_is_{status.value}"


@pytest.mark.parametrize("issued_at", [ACTIVE.sign_from - 1, ACTIVE.sign_until + 1, float("nan"), float("inf")])
def test_a_pass_issued_outside_the_signing_window_is_refused(issued_at):
    code = refusal(signers.check_times, ACTIVE, issued_at=issued_at, expires_at=ACTIVE.accept_until)
    assert code == "outside_signing_window"


@pytest.mark.parametrize("expires_at", [ACTIVE.accept_until + 1, NOW, NOW - 1, float("nan"), float("inf")])
def test_an_expiry_that_scanners_will_not_accept_is_refused(expires_at):
    assert refusal(signers.check_times, ACTIVE, issued_at=NOW, expires_at=expires_at) == "expires_too_late"


def test_the_bounds_themselves_are_allowed():
    signers.check_times(ACTIVE, issued_at=ACTIVE.sign_from, expires_at=ACTIVE.accept_until)
    signers.check_times(ACTIVE, issued_at=ACTIVE.sign_until, expires_at=ACTIVE.accept_until)


def test_a_year_long_pass_can_be_signed_on_the_last_day_of_the_first_key(store):
    signer = signers.active_signer(store, "travel")
    last = signer.entry.sign_until
    signer.check(issued_at=last, expires_at=last + 365 * DAY)


def test_a_running_server_opens_a_key_once(store, monkeypatch):
    opened = []
    real = KeyStore.open_key
    monkeypatch.setattr(KeyStore, "open_key", lambda it, entry: opened.append(entry) or real(it, entry))
    desk = signers.SigningDesk(store)
    with ThreadPoolExecutor(8) as pool:
        keys = list(pool.map(lambda _: desk.active("travel").key.kid, range(50)))
    assert len(set(keys)) == 1
    assert len(opened) == 1


def test_a_running_server_signs_with_the_next_key_after_a_rotation(store):
    desk = signers.SigningDesk(store)
    former = desk.active("travel").entry
    following = ceremony.new(store, NOW, form="travel", name="next")
    store.mark_published(NOW)
    assert desk.active("travel").entry.kid == former.kid
    store.change(lambda all_: lifecycle.activate(all_, following.kid, NOW + STALENESS_LIMIT))
    assert desk.active("travel").entry.kid == following.kid


def test_a_running_server_stops_signing_with_a_revoked_key(store):
    desk = signers.SigningDesk(store)
    kid = desk.active("travel").entry.kid
    store.change(lambda all_: lifecycle.revoke(all_, kid, NOW, "stolen"))
    assert refusal(desk.active, "travel") == "no_active_key"


def test_a_signer_shows_its_entry_but_not_its_key(store):
    signer = signers.active_signer(store, "travel")
    assert "EncryptedFileKey" not in repr(signer)
    assert signer.entry.kid.hex() in str(replace(signer).entry)
