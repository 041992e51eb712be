"""Publishing: only with every threshold met, by the named holders, each counted once."""

import json
import shutil

import pytest

from keys.channel import documents, holdings, online, proposal, sign, thresholds, wording
from keys.errors import KeysError
from keys.store import KeyStore
from vaccine_pass.errors import PassError

from .builders import DAY, NOW, signers_file

NEW = {documents.SIGNERS: signers_file(b"new")}


def refused(call, code):
    with pytest.raises(KeysError) as error:
        call()
    assert error.value.code == code
    assert str(error.value).count("\n") == 0
    return error.value.message


def test_too_few_signatures_publish_nothing_and_it_says_who_is_missing(country):
    country.propose(files=NEW)
    country.sign("keys B")
    message = refused(country.publish, "threshold_not_met")
    assert "keys 2: 1 signature, 2 needed, 1 more of keys A, keys C" in message
    assert country.release().number == 1


def test_the_same_holder_twice_counts_once(country):
    country.propose(files=NEW)
    country.sign("keys B")
    country.sign("keys B")
    assert "1 signature, 2 needed" in refused(country.publish, "threshold_not_met")


def test_one_signature_under_two_key_ids_counts_once(country):
    country.propose(files=NEW)
    country.sign("keys B")
    folder = country.channel.proposal / "signatures" / "keys"
    own = next(folder.iterdir())
    other = country.release().holdings().of("keys")[2].keyid
    document = json.loads(own.read_text())
    (folder / f"{other}.json").write_text(json.dumps(document | {"keyid": other}))
    assert "1 signature, 2 needed" in refused(country.publish, "threshold_not_met")


def test_a_stranger_is_not_asked_and_a_strangers_signature_does_not_count(country):
    country.propose(files=NEW)
    stranger = country.make_holder("stranger", "keys")
    refused(lambda: country.sign("stranger"), "not_asked")
    proposed = proposal.read(country.channel.proposal)
    from keys.channel import holder

    signer = holder.signer(country.holder("stranger"), stranger.keys[0])
    proposal.add_signature(country.channel.proposal, "keys", proposed.roles["keys"].sign(signer))
    country.sign("keys A")
    assert "1 signature, 2 needed" in refused(country.publish, "threshold_not_met")
    country.sign("keys B")
    country.publish()
    assert signer.public_key.keyid not in country.release().targets()["keys"].signatures


def test_a_holder_of_another_role_is_not_asked(country):
    country.propose(files=NEW)
    refused(lambda: country.sign("targets A"), "not_asked")


def test_signatures_come_from_copies_on_other_machines(country, tmp_path):
    country.propose(files=NEW)
    copies = [shutil.copytree(country.channel.proposal, tmp_path / name) for name in ("one", "two")]
    country.sign("keys A", folder=copies[0])
    country.sign("keys C", folder=copies[1])
    country.publish(copies=copies)
    assert country.release().number == 2


def test_a_copy_of_another_proposal_is_refused(country, tmp_path):
    country.propose(files=NEW)
    copy = shutil.copytree(country.channel.proposal, tmp_path / "copy")
    proposal.discard(country.channel.proposal)
    country.propose(files={documents.SIGNERS: signers_file(b"other")})
    refused(lambda: country.publish(copies=[copy]), "other_proposal")


def test_a_changed_proposal_is_not_signed_and_old_signatures_do_not_fit_it(country):
    country.propose(files=NEW)
    country.sign("keys A", "keys B")
    file = country.channel.proposal / "metadata" / "2.keys.json"
    document = json.loads(file.read_text())
    document["signed"]["expires"] = "2099-01-01T00:00:00Z"
    file.write_text(json.dumps(document))
    refused(lambda: country.sign("keys C"), "lasts_too_long")
    assert "0 signatures, 2 needed" in refused(country.publish, "threshold_not_met")


def test_a_changed_file_in_a_proposal_is_not_signed(country):
    country.propose(files=NEW)
    (country.channel.proposal / "targets" / "keys" / "signers.json").write_bytes(b"bad")
    refused(lambda: country.sign("keys A"), "bad_target")
    (country.channel.proposal / "targets" / "keys" / "more.json").write_bytes(b"bad")
    refused(lambda: country.sign("keys A"), "bad_target")


@pytest.mark.parametrize(("now", "code"), [(NOW - 2 * DAY, "dated_ahead"), (NOW + 15 * DAY, "dated_behind")])
def test_a_holder_whose_clock_differs_signs_nothing(country, now, code):
    country.propose(files=NEW)
    refused(lambda: country.sign("keys A", now=now), code)


def test_looking_at_a_proposal_gives_the_hash_that_everybody_compares(country):
    country.propose(files=NEW)
    proposed = proposal.read(country.channel.proposal)
    assert sign.digest(proposed, "keys") == country.sign("keys A")[0][0].digest


def test_a_second_proposal_waits_for_the_first(country):
    country.propose(files=NEW)
    refused(lambda: country.propose(files={documents.SIGNERS: signers_file(b"x")}), "proposal_open")


def test_nothing_new_is_nothing_to_propose(country):
    refused(lambda: country.propose(files={}), "nothing_changes")


def test_publishing_twice_says_that_there_is_no_proposal(country):
    country.propose(files=NEW)
    country.sign("keys A", "keys B")
    country.publish()
    refused(country.publish, "no_proposal")


def test_an_old_proposal_that_comes_back_is_refused(country, tmp_path):
    country.propose(files=NEW)
    country.sign("keys A", "keys B")
    copy = shutil.copytree(country.channel.proposal, tmp_path / "copy")
    country.publish()
    for mark in (b"newer", b"newest"):
        country.propose(files={documents.SIGNERS: signers_file(mark)})
        country.sign("keys A", "keys B")
        country.publish()
    shutil.copytree(copy, country.channel.proposal)
    refused(country.publish, "stale_proposal")


def test_the_snapshot_is_checked_before_the_switch(country, monkeypatch):
    country.propose(files=NEW)
    country.sign("keys A", "keys B")
    real = online.release_files

    def wrong(*arguments):
        return real(*arguments) | {"metadata/2.keys.json": country.release().data("metadata/1.keys.json")}

    monkeypatch.setattr(online, "release_files", wrong)
    refused(country.publish, "bad_snapshot")
    assert country.release().number == 1


def test_who_may_still_sign_is_named(country):
    country.propose(files=NEW)
    proposed = proposal.read(country.channel.proposal)
    assert [proposed.name_of(keyid) for keyid in thresholds.expected_keys(proposed, "keys")] == [
        "keys A",
        "keys B",
        "keys C",
    ]


def test_minutes_name_the_hashes_the_holders_and_the_witnesses(country):
    from keys.channel.minutes import People

    country.propose(files=NEW)
    done = country.sign("keys A", "keys C")
    published = country.publish(people=People(("Nguyễn Văn Chứng",), "Hà Nội"))
    page = published.minutes.read_text()
    assert done[0][0].digest in page
    for word in ("keys A, holder", "keys C, holder", "Nguyễn Văn Chứng, witness", "Hà Nội", "2 of 2 needed"):
        assert word in page
    assert "keys B, holder" not in page


def test_old_releases_go_and_the_one_before_stays_for_clients_in_the_middle(country):
    for number in range(4):
        country.propose(files={documents.SIGNERS: signers_file(b"%d" % number)})
        country.sign("keys A", "keys B")
        country.publish()
    folders = sorted(path.name for path in (country.channel.root / "releases").iterdir())
    assert folders == ["000004", "000005"]
    names = {path.name for path in country.release().public.glob("metadata/*.keys.json")}
    assert names == {"4.keys.json", "5.keys.json"}


def test_a_key_behind_a_name_that_is_not_its_own_is_not_signed(country):
    proposed = country.propose(come=country.make_holder("keys D", "keys").keys, go=("keys A",))
    names = country.release().holdings()
    (country.channel.proposal / "holders.json").write_bytes(holdings.dumps(names))
    assert set(proposed.roles) == {"targets", "keys"}
    refused(lambda: country.sign("targets A"), "holders_differ")


def test_a_holder_reads_which_signers_come_go_and_stay(run, store, tmp_path):
    places = ("--keys", store.root, "--channel", tmp_path / "channel")
    run("init", "--demo", *places)
    gone, stays = store.signers()
    run("revoke", "--keys", store.root, gone.name, "--reason", "stolen")
    run("new", "--keys", store.root, "--form", "domestic", "--name", "next")
    run("propose", *places)
    seen = run("sign", "--look", "--proposal", tmp_path / "channel" / "proposal")[1]
    new = KeyStore(store.root).signers()[-1]
    assert f"NO LONGER TRUSTED: key {gone.kid.hex()}, domestic passes" in seen
    assert f"Newly or otherwise trusted: key {new.kid.hex()}" in seen
    assert f"Trusted as before: key {stays.kid.hex()}" in seen


def test_what_is_only_signed_again_is_said_to_be(country):
    proposed = country.propose(renew=("root", "keys"))
    assert wording.summary_of(proposed) == tuple(
        f"Signed again, with the same files: {role}." for role in ("root", "keys")
    )


def test_another_key_under_a_holders_key_id_is_not_signed(country):
    country.propose(renew=("root",))
    proposed = proposal.read(country.channel.proposal)
    proposal.discard(country.channel.proposal)
    keys = proposed.roles["root"].signed.keys
    first, other = proposed.root.roles["root"].keyids[:2]
    keys[first].keyval = dict(keys[other].keyval)
    proposal.write(country.channel.proposal, proposed, "")
    refused(lambda: country.sign("root B"), "holders_differ")


def test_a_list_of_un_revocations_that_is_none_is_not_proposed(country):
    with pytest.raises(PassError):
        country.propose(files={documents.UNREVOCATION: b"[]"})
    assert not proposal.exists(country.channel.proposal)


def test_a_file_that_a_holder_cannot_look_at_is_not_signed(country):
    country.propose(files=NEW)
    (country.channel.proposal / "targets" / "keys" / "signers.json").unlink()
    refused(lambda: country.sign("keys A"), "bad_target")
    assert country.release().number == 1


def test_a_role_that_is_signed_again_brings_its_files_to_look_at(country):
    assert set(country.propose(renew=("keys",)).files) == {documents.SIGNERS}


def test_what_is_dated_before_the_published_one_is_refused_since_scanners_would(country):
    country.propose(NOW - 3_600, renew=("keys",))
    country.sign("keys A", "keys B")
    with pytest.raises(KeysError) as refused:
        country.publish()
    assert refused.value.code == "dated_back"
