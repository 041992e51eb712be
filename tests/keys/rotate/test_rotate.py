"""A rotation does what is due, in order, says what waits for whom and until when, and changes nothing twice."""

import json
import shutil

import pytest

from keys import ceremony, lifecycle, receipts, steps
from keys.channel import documents, first, holder, proposal, proposing
from keys.channel.wording import DEMO
from keys.entry import FORMS, KeyStatus, iso
from keys.errors import KeysError
from keys.lifecycle import DAY, STALENESS_LIMIT

from ..builders import NOW
from ..channel.builders import HOLDERS
from ..scanners import Device, a_file
from .builders import Office

READY = NOW + STALENESS_LIMIT
WEEK = 7 * DAY


def kinds(lines):
    return [line.split()[0] for line in lines if line.split()[0] in {"active", "retired", "pending", "spare", "left"}]


def test_on_the_first_day_missing_spares_are_asked_for_and_nothing_else_is_due(demo):
    before = demo.state()
    said = demo.rotate()
    assert (said.done, said.problems) == ([], [])
    assert [line.split(":")[0] for line in said.waits if line.startswith("NOW")] == ["NOW", "NOW"]
    assert said.waits[0] == ("NOW: make a spare domestic key, in a place apart: checkpoint-keys rotate --apart DIR")
    assert demo.state() == before


def test_with_a_stick_the_spares_are_made_proposed_and_in_a_demonstration_signed_and_published(demo):
    said = demo.rotate(apart=demo.stick)
    assert kinds(said.done) == ["spare", "spare"]
    spares = [entry for entry in demo.store.signers() if entry.waits_as_spare]
    assert {entry.form for entry in spares} == {"domestic", "travel"}
    assert {entry.kid for entry in demo.store.signers()} == demo.published()
    assert [entry.published_at for entry in spares] == [NOW, NOW]
    assert not proposal.exists(demo.channel.proposal)


def test_running_it_again_changes_nothing(demo):
    demo.with_spares()
    for now in (NOW, NOW + 62 * DAY, READY + 62 * DAY):
        demo.rotate(now, apart=demo.stick)
        before = demo.state()
        assert demo.rotate(now, apart=demo.stick).done == []
        assert demo.state() == before


def test_the_next_key_is_made_when_scanners_need_it_to_be_and_not_before(demo):
    demo.with_spares()
    change = steps.change_at(demo.active())
    assert demo.rotate(change - steps.LEAD - 1).done == []
    assert kinds(demo.rotate(change - steps.LEAD).done) == ["pending", "pending"]
    made = demo.of()
    assert made.kid in demo.published()
    assert lifecycle.ready_at(made) == change - WEEK


def test_a_published_key_is_activated_on_the_planned_day_and_the_former_one_retires(demo):
    demo.with_spares()
    change = steps.change_at(demo.active())
    demo.rotate(change - steps.LEAD)
    former, following = demo.active(), demo.of()
    assert demo.rotate(change - 1).done == []
    assert kinds(demo.rotate(change).done) == ["active", "retired"] * 2
    assert demo.active().kid == following.kid
    assert former.kid in demo.published()


def test_the_days_of_the_rhythm_decide_when_a_key_is_replaced(demo):
    demo.with_spares()
    monthly = {"sign_days": 30}
    demo.rotate(NOW + 2 * DAY, **monthly)
    assert demo.of() is not None
    assert kinds(demo.rotate(NOW + 30 * DAY, **monthly).done)[:2] == ["active", "retired"]
    assert steps.change_at(demo.active(), 30) == NOW + 60 * DAY


def test_a_rhythm_that_was_given_once_is_kept_and_said(run, demo, places):
    demo.with_spares()
    assert "Signers change every 90 days" in run("status", *places)[1]
    assert "signers change every 30 days from now on" in run("rotate", *places, "--sign-days", "30")[1]
    assert "from now on" not in run("rotate", *places, "--sign-days", "30")[1]
    run("rotate", *places, now=NOW + 2 * DAY)
    assert demo.of() is not None
    out = run("rotate", *places, now=NOW + 30 * DAY)[1]
    assert kinds(out.splitlines())[:2] == ["active", "retired"]
    assert "Signers change every 30 days" in run("status", *places)[1]


def test_the_rhythm_of_the_first_day_is_kept(run, tmp_path, cheap_scrypt):
    places = ("--keys", tmp_path / "keys", "--channel", tmp_path / "channel")
    run("init", *places, "--sign-days", "30")
    document = json.loads(run("status", "--json", *places)[1])
    assert document["sign_days"] == 30


def test_a_year_of_weekly_rotations_always_has_a_key_that_signs_and_a_spare_that_scanners_know(demo):
    demo.with_spares()
    activations = 0
    for now in range(NOW, NOW + 400 * DAY, WEEK):
        said = demo.rotate(now, sign_days=30, apart=demo.stick)
        assert said.problems == []
        activations += kinds(said.done).count("active")
        for form in ("domestic", "travel"):
            assert steps.signs(demo.store.signers(), form, now + WEEK)
            spares = [it for it in demo.store.signers() if it.form == form and it.waits_as_spare]
            if now > READY:
                assert any(lifecycle.ready_at(it) <= now < it.sign_until - steps.LEAD for it in spares)
            in_turn = [it for it in demo.store.signers() if it.form == form and it.status is KeyStatus.PENDING]
            assert len(in_turn) - len(spares) <= 1
    assert 22 <= activations <= 26


def test_after_a_revocation_of_the_active_key_its_spare_signs_the_same_day(demo):
    demo.with_spares()
    stolen, spare = demo.active(), demo.of(spare=True)
    later = READY + DAY
    demo.revoke(stolen.name, later)
    said = demo.rotate(later)
    assert (kinds(said.done), said.problems) == (["active"], [])
    assert demo.active().kid == spare.kid
    assert demo.store.open_key(demo.active()).kid == spare.kid
    assert stolen.kid not in demo.published()
    assert any("make a spare travel key" in line for line in said.waits)
    assert demo.rotate(later).done == []


def test_after_a_theft_it_names_the_keys_that_lay_beside_the_stolen_one(demo):
    demo.with_spares()
    change = steps.change_at(demo.active())
    demo.rotate(change - steps.LEAD)
    demo.revoke(demo.active().name, change - DAY)
    said = demo.rotate(change - DAY)
    beside = [demo.of(form).name for form in ("domestic", "travel")]
    assert f"revoke these too, which lie in it: {', '.join(beside)}" in said.done[1]
    assert demo.active().spare


def test_a_spare_that_scanners_cannot_know_yet_is_refused_also_in_an_emergency(demo):
    demo.with_spares()
    demo.revoke(demo.active().name, NOW + DAY)
    said = demo.rotate(NOW + DAY)
    assert demo.active() is None
    assert any(line.startswith(f"from {iso(READY)}") and "activate the spare" in line for line in said.waits)
    assert kinds(demo.rotate(READY).done) == ["active"]


def test_rotate_emergency_lets_the_spares_sign_at_once_and_only_once(demo):
    demo.with_spares()
    former = demo.active()
    said = demo.rotate(READY, emergency=("travel",), apart=demo.stick)
    assert kinds(said.done)[:2] == ["active", "retired"]
    assert f"checkpoint-keys revoke {former.name}" in " ".join(said.done)
    active = demo.active()
    assert active.spare
    assert not demo.active("domestic").spare
    assert demo.of("domestic", spare=True) is not None
    assert demo.of(spare=True) is not None  # a new spare for the next emergency
    said = demo.rotate(READY + 40 * DAY, emergency=("travel",))
    assert demo.active().kid == active.kid


def test_an_emergency_without_a_spare_says_so_and_lets_the_key_sign_on(demo):
    said = demo.rotate(READY, emergency=FORMS)
    assert [line for line in said.problems if "there is no spare travel key" in line]
    assert demo.active() is not None


def test_without_the_stick_it_says_which_one_and_does_everything_else(demo):
    demo.with_spares()
    demo.stick.rename(demo.top / "away")
    demo.revoke(demo.active().name, READY)
    said = demo.rotate(READY)
    assert len(said.problems) == 1
    assert f"is in the folder {demo.stick}" in said.problems[0]
    assert demo.of(status="revoked").kid not in demo.published()
    (demo.top / "away").rename(demo.stick)
    assert kinds(demo.rotate(READY).done) == ["active"]


def test_a_spare_does_not_take_the_turn_of_the_next_key(demo):
    demo.with_spares()
    change = steps.change_at(demo.active())
    demo.rotate(change)
    assert not demo.active().spare
    assert demo.of() is not None


def test_a_pending_key_whose_time_is_over_is_retired_replaced_and_off_the_list(demo):
    demo.with_spares()
    ceremony.new(demo.store, NOW, form="travel", name="old", periods=ceremony.Periods(signing=1))
    demo.rotate(NOW)
    over = demo.of().sign_until
    said = demo.rotate(over)
    old = lifecycle.find(demo.store.signers(), "old")
    assert old.status is KeyStatus.RETIRED
    assert old.left_at == over
    assert old.kid not in demo.published()
    assert any(line.startswith("retired  old") for line in said.done)


def test_two_pending_keys_whose_time_is_over_are_retired_by_one_rotation(demo):
    demo.with_spares()
    for name in ("one", "two"):
        ceremony.new(demo.store, NOW, form="travel", name=name, periods=ceremony.Periods(signing=1))
    over = lifecycle.find(demo.store.signers(), "two").sign_until
    demo.rotate(over, apart=demo.stick)
    found = {it.name: it.status for it in demo.store.signers()}
    assert found["one"] is found["two"] is KeyStatus.RETIRED
    assert demo.rotate(over, apart=demo.stick).done == []


def test_a_rhythm_in_which_scanners_could_not_keep_up_is_refused(demo):
    with pytest.raises(KeysError, match="--sign-days 14 or more"):
        demo.rotate(sign_days=13)


def test_a_private_half_that_could_not_be_destroyed_is_waited_for(demo):
    demo.with_spares()
    spare = demo.of(spare=True)
    demo.stick.rename(demo.top / "away")
    demo.revoke(spare.name, NOW)
    waits = " ".join(demo.rotate(NOW).waits)
    assert f"the private half of {spare} is still in the folder {demo.stick}" in waits
    (demo.top / "away").rename(demo.stick)
    assert "is still in" not in " ".join(demo.rotate(NOW).waits)


def test_a_retired_key_leaves_the_list_when_no_pass_of_it_can_be_valid(demo):
    demo.with_spares()
    change = steps.change_at(demo.active())
    demo.rotate(change - steps.LEAD)
    former = demo.active()
    demo.rotate(change)
    demo.rotate(former.accept_until)
    assert former.kid in demo.published()
    said = demo.rotate(former.accept_until + DAY + 1)
    assert any(line.startswith(f"left     {former.name}") for line in said.done)
    assert former.kid not in demo.published()


def test_while_scanners_wait_the_activation_waits_and_the_sentence_names_their_posts(demo):
    demo.with_spares()
    change = steps.change_at(demo.active())
    demo.rotate(change - steps.LEAD)
    knows, lacks = Device("79-CLT-1"), Device("79-CLT-2")
    entries = knows.entry(knows.receipt(demo.of().kid, at=change)), lacks.entry(lacks.receipt(at=change))
    (demo.store.root / "scanners.json").write_bytes(a_file(*entries, at=change))
    said = demo.rotate(change)
    ready = lifecycle.ready_at(demo.of())
    until = iso(ready + STALENESS_LIMIT)
    sentence = f"{demo.of().name} is not activated: 50% of 2 scanners hold it; waiting for 1 until {until}: 79-CLT-2"
    assert sentence in said.waits
    assert kinds(said.done) == []
    assert kinds(demo.rotate(ready + STALENESS_LIMIT).done) == ["active", "retired"] * 2


def test_scanners_do_not_delay_when_no_key_could_sign_meanwhile(demo):
    demo.with_spares()
    end = demo.active().sign_until
    demo.rotate(end - STALENESS_LIMIT)
    lacks = Device()
    (demo.store.root / "scanners.json").write_bytes(a_file(lacks.entry(), at=end))
    assert "active" not in kinds(demo.rotate(end - 1).done)
    assert kinds(demo.rotate(end).done)[0] == "active"


def test_a_damaged_file_of_scanners_delays_no_longer_than_an_honest_one(demo):
    demo.with_spares()
    change = steps.change_at(demo.active())
    demo.rotate(change - steps.LEAD)
    (demo.store.root / "scanners.json").write_bytes(b"{")
    said = demo.rotate(change)
    assert any("the file of scanners is damaged" in line for line in said.problems)
    later = lifecycle.ready_at(demo.of()) + STALENESS_LIMIT
    said = demo.rotate(later)
    assert (said.problems, kinds(said.done)[:2]) == ([], ["active", "retired"])


def test_in_a_country_the_proposal_waits_for_its_holders_by_name_and_is_published_from_signed_copies(country, tmp_path):
    said = country.rotate(apart=country.stick)
    waits = "\n".join(said.waits)
    assert "keys 2: 0 signatures, 2 needed, 2 more of keys A, keys B, keys C" in waits
    assert f"until {iso(NOW + 14 * DAY)}" in waits
    assert country.of(spare=True).published_at is None
    copy = shutil.copytree(country.channel.proposal, tmp_path / "copy")
    country.country.sign("keys A", folder=copy)
    said = country.rotate(NOW + DAY, copies=(copy,))
    assert "1 signature, 2 needed, 1 more of keys B, keys C" in "\n".join(said.waits)
    country.country.sign("keys C", folder=copy, now=NOW + DAY)
    said = country.rotate(NOW + DAY, copies=(copy,))
    assert "Release 2 is published" in said.done[0]
    assert country.of(spare=True).published_at == NOW + DAY
    before = country.state()
    assert country.rotate(NOW + DAY, copies=(copy,)).problems == []
    assert country.state() == before


def test_what_was_published_before_a_power_cut_is_noted_by_the_next_rotation(country):
    country.rotate(apart=country.stick)
    country.country.sign("keys A", "keys B")
    country.country.publish(NOW + DAY)
    assert country.of(spare=True).published_at is None
    country.rotate(NOW + 2 * DAY)
    assert country.of(spare=True).published_at == NOW + 2 * DAY


def test_an_open_proposal_that_trusts_a_revoked_key_is_taken_back(country):
    country.rotate(apart=country.stick)
    stolen = country.active()
    country.revoke(stolen.name, NOW + DAY)
    said = country.rotate(NOW + DAY)
    assert f"it would have gone on trusting {stolen.name}" in said.done[0]
    proposed = proposal.read(country.channel.proposal).files[documents.SIGNERS]
    assert stolen.kid not in documents.kids(proposed)


def test_an_open_proposal_for_something_else_is_left_to_its_holders(country):
    country.country.propose(renew=("targets",))
    said = country.rotate(apart=country.stick)
    assert any("another proposal is open" in line for line in said.waits)
    assert list(proposal.read(country.channel.proposal).roles) == ["targets"]
    country.revoke(country.active().name, NOW + DAY)
    assert any("another proposal is open" in line for line in country.rotate(NOW + DAY).problems)


def test_a_proposal_that_nobody_signed_in_time_is_said_to_be_too_old(country):
    country.rotate(apart=country.stick)
    country.country.sign("keys A", "keys B")
    said = country.rotate(NOW + 20 * DAY)
    assert any("ask for a new proposal" in line for line in said.problems)


def test_in_a_demonstration_a_proposal_that_is_too_old_is_made_anew(demo):
    demo.country.propose(files={documents.SIGNERS: b'{"format": "checkpoint-trust/1", "signers": []}'})
    said = demo.rotate(NOW + 20 * DAY, apart=demo.stick)
    assert said.problems == []
    assert demo.published() == {entry.kid for entry in demo.store.signers()}


def test_the_next_key_is_made_in_the_token_that_holds_the_last_one(demo, token):
    demo.with_spares()
    in_token = ceremony.new(demo.store, NOW, form="travel", name="in-the-token", token=token.place)
    demo.rotate(NOW)
    demo.rotate(steps.change_at(demo.active()))
    assert demo.active().kid == in_token.kid
    change = steps.change_at(demo.active())
    assert demo.rotate(change - steps.LEAD).problems == []
    made = demo.of()
    assert made.place.token == token.place.token
    assert demo.store.open_key(made).kid == made.kid
    demo.rotate(change)
    assert demo.active().kid == made.kid
    assert lifecycle.find(demo.store.signers(), "in-the-token").place.destroyed


def test_before_the_first_release_it_waits_for_the_first_signatures(country, tmp_path):
    fresh = Office(tmp_path / "fresh")
    ceremony.init(fresh.store, NOW)
    people = [holder.public(country.country.holder(name)) for name in HOLDERS]
    files = {documents.SIGNERS: documents.signers(fresh.store.signers()), documents.VACCINE_TABLE: b"{}"}
    first.guided(fresh.channel, people, files, NOW)
    said = fresh.rotate(apart=fresh.stick)
    assert any("root 1: 0 signatures, 3 needed" in line for line in said.waits)
    assert said.problems == []
    assert fresh.rotate().done == []


def test_a_copy_that_is_not_there_or_of_another_proposal_is_said_and_changes_nothing(country, tmp_path):
    country.rotate(apart=country.stick)
    assert "there is no copy of a proposal in" in country.rotate(copies=(tmp_path / "nothing",)).problems[0]
    copy = shutil.copytree(country.channel.proposal, tmp_path / "copy")
    proposing.withdraw(country.channel)
    country.rotate(NOW + DAY)
    assert "another proposal" in country.rotate(NOW + DAY, copies=(copy,)).problems[0]
    proposing.withdraw(country.channel)
    assert "the signers" not in " ".join(country.rotate(NOW + DAY, copies=(copy,)).problems)


def test_a_file_of_scanners_that_is_far_too_large_is_not_read_into_memory(demo, monkeypatch):
    demo.with_spares()
    change = steps.change_at(demo.active())
    demo.rotate(change - steps.LEAD)
    (demo.store.root / "scanners.json").write_bytes(b" " * 101)
    monkeypatch.setattr(receipts, "MOST_BYTES", 100)
    assert any("is larger than any file of scanners" in line for line in demo.rotate(change).problems)


def test_without_the_authoritys_key_it_says_what_to_give_and_goes_on(demo, tmp_path):
    demo.with_spares()
    change = steps.change_at(demo.active())
    apart = (demo.store.root / "authority").rename(tmp_path / "authority")
    said = demo.rotate(change)
    assert [line for line in said.problems if "--authority DIR" in line]
    assert demo.rotate(change, authority=apart).problems == []
    assert demo.of() is not None


def test_before_there_is_a_channel_it_says_that_nobody_learns_of_a_key(demo):
    shutil.rmtree(demo.channel.root)
    said = demo.rotate(apart=demo.stick)
    assert any("is no trust channel yet" in line for line in said.waits)


@pytest.fixture
def places(demo):
    return ("--keys", demo.store.root, "--channel", demo.channel.root)


def test_by_command_a_demonstration_says_what_it_is_and_what_was_done(run, demo, places):
    code, out, err = run("rotate", *places, "--apart", demo.stick)
    assert (code, err, out.splitlines()[0]) == (0, "", DEMO)
    assert "Release 3 is published" in out
    assert "What waits" in out
    assert "Nothing was due." in run("rotate", *places)[1]


def test_by_command_a_problem_is_one_sentence_and_the_exit_code_is_1(run, demo, places):
    code, _, err = run("rotate", *places, "--emergency", "domestic", now=READY)
    assert code == 1
    assert err.count("\n") == 1
    assert "there is no spare domestic key" in err


def test_an_emergency_without_a_form_is_for_those_without_a_key_and_uses_up_no_other_spare(run, demo, places):
    demo.with_spares()
    code, _, err = run("rotate", *places, "--emergency", now=READY)
    assert code == 1
    assert "name the form of the one that may be stolen: --emergency domestic or --emergency travel." in err
    demo.revoke(demo.active().name, READY)
    assert run("rotate", *places, "--emergency", now=READY)[0] == 0
    assert demo.active().spare
    assert not demo.active("domestic").spare


def test_the_weekly_signing_of_the_holders_is_among_what_waits(country):
    waits = "\n".join(country.rotate(options=" --keys K").waits)
    assert f"by {iso(NOW + WEEK)} (in 7 days): let the holders sign again: keys, " in waits
    assert "checkpoint-keys propose --renew all --keys K" in waits
    assert "NOW: let the holders sign again" in "\n".join(country.rotate(NOW + WEEK).waits)


def test_a_file_of_scanners_that_was_named_and_is_not_there_is_refused_also_when_nobody_is_asked(run, demo, places):
    before = demo.state()
    for call in (("rotate", *places, "--apart", demo.stick), ("activate", *places, demo.active().name)):
        code, _, err = run(*call, "--receipts", demo.top / "nofile")
        assert (code, "there is no file of scanners" in err) == (1, True)
    assert demo.state() == before
    assert "nofile" in run("status", *places, "--receipts", demo.top / "nofile")[1]


def test_without_keys_it_says_how_to_begin(run, tmp_path):
    code, _, err = run("rotate", "--keys", tmp_path / "none")
    assert (code, "checkpoint-keys init" in err) == (1, True)


def test_status_says_how_many_scanners_hold_a_pending_key(run, demo, places):
    demo.with_spares()
    knows, lacks = Device("79-CLT-1"), Device("79-CLT-2")
    file = demo.top / "scanners.json"
    file.write_bytes(a_file(knows.entry(knows.receipt(demo.of(spare=True).kid)), lacks.entry()))
    assert "50% of 2 scanners hold it" in run("status", *places, "--receipts", file)[1]
    file.write_bytes(b"{")
    code, out, _ = run("status", *places, "--receipts", file)
    assert code == 0
    assert "The file of scanners is damaged" in out


def test_activate_by_command_waits_for_the_scanners_too(run, demo, places):
    demo.with_spares()
    change = steps.change_at(demo.active())
    demo.rotate(change - steps.LEAD)
    file = demo.top / "scanners.json"
    file.write_bytes(a_file(Device().entry(), at=change))
    code, _, err = run("activate", *places, demo.of().name, "--receipts", file, now=change)
    assert code == 1
    assert "0% of 1 scanners hold it; waiting for 1 until" in err
