"""The hourly job: it signs early, changes nothing without need, and alarms when it cannot go on."""

from hashlib import sha256

import pytest

from keys.channel import documents, refresh, revoking, status
from keys.channel.roles import ALARM_BEFORE, COMPARED_WITHIN, OFFLINE_PERIOD, STALE_AFTER, WARN_AFTER
from keys.errors import KeysError
from vaccine_pass.errors import CheckpointError
from vaccine_pass.revocation.serial_list import encode_delta
from vaccine_pass.revocation.serial_set import SerialSet

from .builders import DAY, NOW, a_base, a_delta, a_list

HOUR = 3_600
FIRST = 1 << 20
BASE = a_base(FIRST + 5)


def renewed(country, now):
    return refresh.refresh(country.channel, now).renewed


def said(release, proposed, now):
    """The lines of the report and what is to be done next."""
    steps = [status.sentence(it, now) for it in status.next_steps(release, proposed, now)]
    return "\n".join([*status.lines(release, proposed, now), *steps])


def test_nothing_is_signed_again_before_it_is_due(country):
    done = refresh.refresh(country.channel, NOW + HOUR)
    assert (done.renewed, done.alarms, done.release.number) == ((), (), 1)


def test_each_online_role_is_signed_early(country):
    assert renewed(country, NOW + 13 * HOUR) == ("timestamp",)
    assert renewed(country, NOW + 14 * HOUR) == ()
    assert renewed(country, NOW + 4 * DAY) == ("revocation", "snapshot", "timestamp")


def test_expiries_are_8_days_for_the_snapshot_and_7_for_the_timestamp(country):
    release = country.release()
    ends = {name: int(it.expires.timestamp()) - NOW for name, it in _signed(release).items()}
    assert ends == {
        "snapshot": 8 * DAY,
        "timestamp": 7 * DAY,
        "revocation": 8 * DAY,
        **dict.fromkeys(("root", "targets", "keys", "unrevocation", "rules-79"), OFFLINE_PERIOD),
    }
    assert OFFLINE_PERIOD == 35 * DAY


def _signed(release):
    top = {"root": release.root(), "snapshot": release.snapshot(), "timestamp": release.timestamp()}
    return {name: it.signed for name, it in (top | release.targets()).items()}


def test_only_offline_roles_and_revocation_are_dated(country):
    dated = {name for name, it in _signed(country.release()).items() if "signed_at" in it.unrecognized_fields}
    assert dated == {"root", "targets", "keys", "unrevocation", "rules-79", "revocation"}


def test_new_revocations_go_out_at_once_and_stay(country):
    done = refresh.refresh(country.channel, NOW, revocation={documents.REVOCATION_BASE: BASE})
    assert done.renewed == ("revocation", "snapshot", "timestamp")
    refresh.refresh(country.channel, NOW + DAY, revocation={documents.REVOCATION_DELTA: a_delta(BASE, FIRST)})
    listed = country.release().targets()["revocation"].signed.targets
    assert set(listed) == {documents.REVOCATION_BASE, documents.REVOCATION_DELTA}


def test_an_empty_revocation_file_is_refused(country):
    with pytest.raises(KeysError) as error:
        refresh.refresh(country.channel, NOW, revocation={documents.REVOCATION_BASE: b""})
    assert error.value.code in {"no_base", "bad_target"}
    assert country.release().number == 1


def test_holders_are_called_when_scanners_begin_to_warn(country):
    assert refresh.refresh(country.channel, NOW + WARN_AFTER).alarms == ()
    alarms = refresh.refresh(country.channel, NOW + WARN_AFTER + 1).alarms
    assert [alarm.split()[0] for alarm in alarms] == ["keys", "rules-79", "targets", "unrevocation"]


def test_holders_are_called_14_days_before_an_offline_role_ends(country):
    alarms = refresh.refresh(country.channel, NOW + OFFLINE_PERIOD - ALARM_BEFORE + 1).alarms
    assert len(alarms) == 5
    assert any(alarm.startswith("root expires") for alarm in alarms)


def test_a_missing_online_key_is_one_sentence(country):
    from keys.channel import holder

    holder.destroy(country.channel.online / "first")
    with pytest.raises(KeysError) as error:
        refresh.refresh(country.channel, NOW + DAY)
    assert error.value.code == "not_found"


def test_status_says_who_signed_and_what_is_next(country):
    text = said(country.release(), None, NOW)
    assert "signed by root A, root B, root C" in text
    assert "checkpoint-keys refresh" in text
    assert "checkpoint-keys propose --renew all" in text
    assert "DEMONSTRATION" not in text


def test_status_says_when_scanners_warn_and_when_they_cannot_tell(country):
    assert "OLD: scanners warn" in said(country.release(), None, NOW + WARN_AFTER + 1)
    assert 'TOO OLD: scanners answer "cannot tell"' in said(country.release(), None, NOW + STALE_AFTER + 1)
    assert "EXPIRED" in said(country.release(), None, NOW + 40 * DAY)


def test_status_of_an_open_proposal_names_who_may_sign(country):
    from keys.channel import proposal

    country.propose(renew=("keys",))
    country.sign("keys A")
    proposed = proposal.read(country.channel.proposal)
    text = said(country.release(), proposed, NOW)
    assert "keys 2: 1 signature, 2 needed, 1 more of keys B, keys C" in text
    country.sign("keys B")
    text = said(country.release(), proposal.read(country.channel.proposal), NOW)
    assert "NOW: publish the open proposal: checkpoint-keys publish" in text


def out(country, files):
    refresh.refresh(country.channel, NOW, revocation=files)


def refused(country, files, code):
    with pytest.raises(CheckpointError) as error:
        out(country, files)
    assert error.value.code == code
    assert str(error.value).count("\n") == 0


def test_a_new_base_takes_the_delta_of_the_former_one_out_of_the_channel(country):
    out(country, {documents.REVOCATION_BASE: BASE})
    out(country, {documents.REVOCATION_DELTA: a_delta(BASE, FIRST)})
    out(country, {documents.REVOCATION_BASE: a_base(FIRST, FIRST + 5, sequence=3)})
    assert set(country.release().targets()["revocation"].signed.targets) == {documents.REVOCATION_BASE}


@pytest.mark.parametrize(
    ("files", "code"),
    [
        ({documents.REVOCATION_BASE: b"junk"}, "bad_revocation_list"),
        ({documents.REVOCATION_DELTA: a_delta(a_base(FIRST), FIRST, sequence=9)}, "bad_revocation_list"),
        ({documents.REVOCATION_BASE: BASE}, "old_revocations"),
        ({documents.REVOCATION_BASE: a_base(FIRST, sequence=2)}, "unrevokes"),
    ],
)
def test_lists_that_scanners_would_refuse_are_not_signed(country, files, code):
    out(country, {documents.REVOCATION_BASE: BASE})
    refused(country, files, code)
    assert country.release().number == 2


def test_a_delta_without_a_base_is_refused(country):
    refused(country, {documents.REVOCATION_DELTA: a_delta(BASE, FIRST)}, "no_base")


def test_what_a_threshold_un_revoked_may_leave_the_base(country):
    out(country, {documents.REVOCATION_BASE: BASE})
    country.propose(files={documents.UNREVOCATION: a_list(FIRST + 5)})
    country.sign("unrevocation A", "unrevocation B")
    country.publish()
    out(country, {documents.REVOCATION_BASE: a_base(sequence=2)})


def test_status_asks_for_the_list_of_revoked_passes_until_there_is_one(country):
    assert "without one scanners cannot tell" in said(country.release(), None, NOW)
    out(country, revoking.nothing_revoked(NOW))
    assert "cannot tell" not in said(country.release(), None, NOW)


def test_a_list_that_nobody_compares_with_the_register_alarms_though_its_role_is_dated_anew(country):
    refresh.refresh(country.channel, NOW, revocation={documents.REVOCATION_BASE: BASE})
    assert refresh.refresh(country.channel, NOW + COMPARED_WITHIN).alarms == ()
    later = NOW + COMPARED_WITHIN + HOUR
    done = refresh.refresh(country.channel, later)
    (alarm,) = done.alarms
    assert "was last compared with the register 3 days ago" in alarm
    assert "checkpoint-server revocations --out lists" in alarm
    assert "NOW: compare the list of revoked passes with the register" in said(done.release, None, later)


def test_a_delta_that_says_nothing_new_says_that_somebody_compared(country):
    refresh.refresh(country.channel, NOW, revocation={documents.REVOCATION_BASE: BASE})
    later = NOW + COMPARED_WITHIN + HOUR
    same = encode_delta(SerialSet(), 2, later, sha256(BASE).digest())
    done = refresh.refresh(country.channel, later, revocation={documents.REVOCATION_DELTA: same})
    assert done.alarms == ()
    assert "compare the list" not in said(done.release, None, later)
