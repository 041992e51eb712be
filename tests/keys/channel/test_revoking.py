"""What the online key may say, and what follows from what holders approve: refused before it is signed, or accepted."""

from hashlib import sha256

import pytest

from keys.channel import proposal, refresh, revoking
from keys.channel.documents import (
    APPROVED,
    ISSUED,
    REVOCATION_BASE,
    REVOCATION_DELTA,
    REVOCATION_FOREIGN,
    UNREVOCATION,
)
from keys.client.load import load
from keys.client.sources import FolderSource
from keys.client.store import DeviceStore
from keys.client.update import update
from vaccine_pass.errors import CheckpointError
from vaccine_pass.revocation import foreign, serial_list

from .builders import DAY, NOW, a_base, a_delta, a_list, counts

FIRST = 1 << 20
CAP = 5  # of the thousand serials that the country's holders say were issued
HELD = a_base(FIRST, FIRST + 1, sequence=2)
STOLEN = [FIRST + 100 + n for n in range(900)]


@pytest.fixture
def device(country, tmp_path):
    """A real device; ``device()`` updates it from what is published and gives the serials it holds as revoked."""
    store = DeviceStore(tmp_path / "device")

    def run(now=NOW):
        root = country.release().data("metadata/1.root.json") if not store.exists() else None
        update(store, FolderSource(country.channel.releases.pointer), now, root=root)
        return set(load(store).trust.revoked_serials)

    run.store = store
    return run


def approve(country, files, *, new_online=False, sign=True):
    country.propose(files=files, new_online=new_online)
    if sign:
        signers = ("unrevocation A", "unrevocation B")
        country.sign(*signers, *(("root A", "root B", "root C", "targets A", "targets B") if new_online else ()))
        country.publish()


@pytest.fixture
def approved(country):
    """A country whose holders have approved two serials."""
    refresh.refresh(country.channel, NOW, revocation=revoking.nothing_revoked(NOW))
    approve(country, {APPROVED: HELD})
    return country


def out(country, files, now=NOW):
    return refresh.refresh(country.channel, now, revocation=files)


def delta(*serials, base=HELD, sequence=3):
    return {REVOCATION_DELTA: a_delta(base, *serials, sequence=sequence)}


def refused(run):
    """The code and the sentence with which something is refused."""
    with pytest.raises(CheckpointError) as caught:
        run()
    assert "\n" not in str(caught.value)
    return caught.value.code, str(caught.value)


def online_files(country):
    return set(country.release().targets()["revocation"].signed.targets)


# --- the first approved list --------------------------------------------------------------------


def test_the_first_approved_list_takes_the_place_of_the_empty_base(approved, device):
    assert online_files(approved) == set()
    assert device() == {FIRST, FIRST + 1}


def test_what_the_online_key_said_before_stays_when_holders_approve_a_list(country, device):
    base = a_base(FIRST + 5)
    out(country, {REVOCATION_BASE: base})
    out(country, delta(FIRST + 6, base=base, sequence=2))
    assert device() == {FIRST + 5, FIRST + 6}
    approve(country, {APPROVED: HELD})
    assert online_files(country) == {REVOCATION_DELTA}
    assert device() == {FIRST, FIRST + 1, FIRST + 5, FIRST + 6}
    approve(country, {APPROVED: a_base(FIRST + 5, FIRST + 6, sequence=9)})
    assert online_files(country) == set()
    assert device() == {FIRST + 5, FIRST + 6}


def test_a_base_of_the_online_key_is_refused_once_holders_have_approved_one(approved):
    code, said = refused(lambda: out(approved, {REVOCATION_BASE: a_base(*STOLEN, sequence=9)}))
    assert code == "base_is_approved"
    assert "checkpoint-keys propose --approved FILE" in said


# --- the cap ------------------------------------------------------------------------------------


def test_the_online_key_adds_up_to_its_cap(approved, device):
    out(approved, delta(*STOLEN[:CAP]))
    assert device() == {FIRST, FIRST + 1, *STOLEN[:CAP]}


def test_more_than_the_cap_is_refused_and_the_command_for_the_holders_is_named(approved):
    before = approved.release().number
    code, said = refused(lambda: out(approved, delta(*STOLEN[: CAP + 1])))
    assert code == "beyond_cap"
    assert "it adds 6 serials and may add 5 (0.5% of issued)" in said
    assert "checkpoint-keys propose --approved FILE --issued FILE" in said
    assert approved.release().number == before


def test_many_small_steps_go_no_further_than_one_large_one(approved):
    for step in range(1, CAP + 1):
        out(approved, delta(*STOLEN[:step], sequence=2 + step))
    assert refused(lambda: out(approved, delta(*STOLEN[: CAP + 1], sequence=20)))[0] == "beyond_cap"


def test_a_block_that_was_never_issued_cannot_be_named(approved):
    code, said = refused(lambda: out(approved, delta(2 * FIRST)))
    assert code == "beyond_cap"
    assert "block 2, where 0 were issued" in said


def test_without_counts_a_list_may_only_be_empty_or_repeat_what_is_approved(run, store, tmp_path):
    places = ("--keys", store.root, "--channel", tmp_path / "channel")
    run("init", "--demo", *places)
    (tmp_path / "base").write_bytes(a_base(FIRST, sequence=2))
    code, _, err = run("refresh", *places, "--base", tmp_path / "base")
    assert code == 1
    assert "block 1, where 0 were issued" in err


def test_what_the_online_key_revoked_it_cannot_take_back(approved):
    out(approved, delta(*STOLEN[:3]))
    assert refused(lambda: out(approved, delta(*STOLEN[1:3], sequence=4)))[0] == "unrevokes"
    assert refused(lambda: out(approved, delta(*STOLEN[:4])))[0] == "old_revocations"


# --- more than the cap: the holders -------------------------------------------------------------


def test_holders_approve_as_much_as_they_sign(approved, device):
    out(approved, delta(*STOLEN[:2]))
    approve(approved, {APPROVED: a_base(*STOLEN, sequence=4), ISSUED: counts({1: 2_000})})
    assert device() == set(STOLEN)
    assert online_files(approved) == set()


def test_one_holder_of_three_is_not_enough(approved):
    approve(approved, {APPROVED: a_base(*STOLEN, sequence=4)}, sign=False)
    approved.sign("unrevocation A")
    assert refused(approved.publish)[0] == "threshold_not_met"


def test_what_is_revoked_online_while_the_holders_sign_is_not_lost(approved, device):
    approve(approved, {APPROVED: a_base(*STOLEN[:9], sequence=3)}, sign=False)
    approved.sign("unrevocation A", "unrevocation B")
    out(approved, delta(FIRST + 7, sequence=3))
    assert device() == {FIRST, FIRST + 1, FIRST + 7}
    approved.publish()
    assert device() == {*STOLEN[:9], FIRST + 7}
    listed = revoking.lists_of(approved.release().target)
    assert (listed.sequence, listed.delta.base_digest) == (4, listed.approved.digest)


def test_what_holders_take_back_leaves_the_delta_that_is_made_anew(approved, device):
    out(approved, delta(*STOLEN[:3]))
    approve(approved, {UNREVOCATION: a_list(STOLEN[0])})
    assert device() == {FIRST, FIRST + 1, *STOLEN[1:3]}
    approve(approved, {APPROVED: a_base(FIRST, sequence=9)})
    assert set(revoking.lists_of(approved.release().target).delta.serials) == set(STOLEN[1:3])
    assert device() == {FIRST, *STOLEN[1:3]}


def test_a_list_that_is_older_or_no_base_is_refused_before_anybody_signs(approved):
    approve(approved, {UNREVOCATION: a_list(FIRST, sequence=5)})
    for files, code in (
        ({APPROVED: a_base(FIRST, sequence=2)}, "old_revocations"),
        ({APPROVED: a_delta(HELD, FIRST, sequence=9)}, "bad_revocation_list"),
        ({APPROVED: b"junk"}, "bad_revocation_list"),
        ({UNREVOCATION: a_list(sequence=4)}, "old_revocations"),
        ({ISSUED: counts({1: 999})}, "old_counts"),
        ({ISSUED: counts({2: 5_000})}, "old_counts"),
        ({ISSUED: b"{}"}, "bad_revocation_list"),
    ):
        assert refused(lambda files=files: approved.propose(files=files))[0] == code
        assert not proposal.exists(approved.channel.proposal)


def test_the_weekly_signatures_leave_every_list_as_it_is(approved, device):
    out(approved, delta(*STOLEN[:2]))
    held = device()
    approved.propose(renew=("unrevocation",), now=NOW + DAY)
    approved.sign("unrevocation A", "unrevocation C", now=NOW + DAY)
    approved.publish(NOW + DAY)
    assert device(NOW + DAY) == held


# --- a stolen online key ------------------------------------------------------------------------


def test_what_a_thief_revoked_leaves_with_the_stolen_key(approved, device):
    out(approved, delta(*STOLEN[:CAP], sequence=(1 << 32) - 2))
    device()
    code, said = refused(lambda: approved.propose(new_online=True))
    assert code == "no_approved_list"
    assert "has revoked 5 passes, which fall away with it" in said
    assert len(approved.channel.online_folders()) == 1
    approve(approved, {APPROVED: a_base(FIRST, FIRST + 9, sequence=3)}, new_online=True)
    assert device() == {FIRST, FIRST + 9}
    base = approved.release().target(APPROVED)
    out(approved, delta(STOLEN[0], base=base, sequence=4))
    assert device() == {FIRST, FIRST + 9, STOLEN[0]}


def with_new_online_keys(country):
    country.propose(new_online=True)
    country.sign("root A", "root B", "root C", "targets A", "targets B")
    country.publish()


def test_new_online_keys_need_no_list_when_the_former_one_has_added_nothing(approved, device):
    with_new_online_keys(approved)
    assert device() == {FIRST, FIRST + 1}


def test_new_online_keys_before_any_approved_list_keep_the_empty_base(country, device):
    out(country, revoking.nothing_revoked(NOW))
    with_new_online_keys(country)
    assert online_files(country) == {REVOCATION_BASE}
    assert device() == set()


# --- other issuers' certificates ----------------------------------------------------------------


def test_a_list_of_other_issuers_certificates_goes_out_and_reaches_a_device(approved, device):
    hashes = [bytes([n]) * 8 for n in range(3)]
    out(approved, {REVOCATION_FOREIGN: foreign.encode(hashes, 1, NOW)})
    device()
    assert list(load(device.store).trust.revoked_certificates) == hashes
    assert refused(lambda: out(approved, {REVOCATION_FOREIGN: foreign.encode(hashes, 1, NOW)}))[0] == "old_revocations"
    assert refused(lambda: out(approved, {REVOCATION_FOREIGN: b"VNRF"}))[0] == "bad_revocation_list"
    out(approved, {REVOCATION_FOREIGN: foreign.encode(hashes[:1], 2, NOW)})  # others may take theirs back
    assert online_files(approved) == {REVOCATION_FOREIGN}


def test_the_delta_that_is_made_anew_names_the_new_base_by_its_hash(approved):
    out(approved, delta(*STOLEN[:2]))
    following = a_base(FIRST, sequence=9)
    change = revoking.by_holders({APPROVED: following}, approved.release().target, NOW)
    made = serial_list.decode(change.files[REVOCATION_DELTA])
    assert (made.base_digest, made.sequence, set(made.serials)) == (sha256(following).digest(), 10, set(STOLEN[:2]))
