"""Root rotation, a lost holder, a stolen online key, a stolen delegated role: and what scanners then accept."""

import pytest
from tuf.api.exceptions import RepositoryError
from tuf.api.metadata import Metadata

from keys.channel import documents, holder, refresh
from keys.errors import KeysError

from .builders import DAY, FILES, NOW, a_scanner, signers_file

SIGNERS = FILES[documents.SIGNERS]


def refused(call, code):
    with pytest.raises(KeysError) as error:
        call()
    assert error.value.code == code


def test_a_lost_root_holder_is_replaced_by_the_old_and_the_new_threshold(country, scanner):
    new = country.make_holder("root F", "root")
    country.propose(come=new.keys, go=("root A",))
    country.sign("root B", "root C")
    refused(country.publish, "threshold_not_met")
    country.sign("root F")
    with pytest.raises(KeysError, match="by the former root"):
        country.publish()
    country.sign("root D")
    country.publish()
    assert country.release().root_versions() == [1, 2]
    assert scanner.update() == SIGNERS


def test_the_holder_who_left_can_still_sign_the_change_and_nothing_after_it(country, scanner):
    new = country.make_holder("root F", "root")
    country.propose(come=new.keys, go=("root A",))
    country.sign("root A", "root B", "root C", "root F")
    country.publish()
    assert scanner.update() == SIGNERS
    country.propose(renew=("root",))
    refused(lambda: country.sign("root A"), "not_asked")


def test_all_root_holders_can_change_in_one_ceremony(country, scanner, tmp_path):
    come = [key for letter in "FGHIJ" for key in country.make_holder(f"root {letter}", "root").keys]
    country.propose(come=tuple(come), go=tuple(f"root {letter}" for letter in "ABCDE"))
    country.sign("root A", "root C", "root E", "root F", "root H", "root J")
    country.publish()
    assert scanner.update() == SIGNERS
    assert a_scanner(country, tmp_path / "new").update() == SIGNERS


def test_a_delegated_holder_is_replaced_by_targets_and_the_role_signs_again(country, scanner):
    new = country.make_holder("keys D", "keys")
    proposed = country.propose(come=new.keys, go=("keys A",))
    assert list(proposed.roles) == ["targets", "keys"]
    country.sign("targets A", "targets B", "keys B", "keys D")
    country.publish()
    assert scanner.update() == SIGNERS


def test_a_targets_holder_is_replaced_by_root(country, scanner):
    new = country.make_holder("targets D", "targets")
    proposed = country.propose(come=new.keys, go=("targets C",))
    assert list(proposed.roles) == ["root", "targets"]
    country.sign("root A", "root B", "root C", "targets A", "targets D")
    country.publish()
    assert scanner.update() == SIGNERS


def test_a_province_gets_rules_of_its_own_later(country, scanner):
    come = [key for letter in "ABC" for key in country.make_holder(f"rules-01 {letter}", "rules-01").keys]
    country.propose(come=tuple(come), files={"rules/01/rules.json": b"rules of 01"})
    country.sign("targets A", "targets B", "rules-01 A", "rules-01 B")
    country.publish()
    assert scanner.update(path="rules/01/rules.json") == b"rules of 01"


def fast_forwarded(country):
    """What a thief of the online keys can publish: version numbers far ahead."""
    release = country.release()
    signers = country.channel.online_signers(release.root().signed, release.targets()["targets"].signed)
    timestamp = release.timestamp()
    timestamp.signed.version = 2**31
    timestamp.sign(signers["timestamp"])
    return timestamp.to_bytes()


def test_after_stolen_online_keys_new_ones_free_scanners_from_what_the_thief_said(country, scanner, tmp_path):
    stolen = fast_forwarded(country)
    evil = tmp_path / "evil"
    from keys.channel import bundle

    bundle.export(country.release(), evil)
    (evil / "metadata" / "timestamp.json").write_bytes(stolen)
    scanner.published = evil
    scanner.update()
    scanner.published = country.channel.releases.pointer
    country.propose(files={documents.SIGNERS: signers_file(b"after")}, new_online=True)
    country.sign("root A", "root B", "root C", "targets A", "targets B", "keys A", "keys B")
    country.publish()
    assert scanner.update() == signers_file(b"after")
    scanner.published = evil
    with pytest.raises(RepositoryError):
        scanner.update()


def stolen_everything(country, folder):
    """What a thief of the keys role and of the online keys publishes: signers of his own, versions far ahead."""
    from keys.channel import build, bundle

    release = country.release()
    part = release.targets()
    online = country.channel.online_signers(release.root().signed, part["targets"].signed)
    held = {name: release.holdings().of("keys")[number] for number, name in enumerate(("keys A", "keys B"))}
    part["keys"].signed.version = 2**30
    part["keys"].signatures.clear()
    for name, key in held.items():
        part["keys"].sign(holder.signer(country.holder(name), key), append=True)
    parts = {name: (it.signed.version, it.to_bytes()) for name, it in part.items()}
    snapshot = Metadata(build.snapshot(release.holdings(), release.snapshot().signed, parts, NOW))
    snapshot.sign(online["snapshot"])
    version = snapshot.signed.version
    stamp = build.timestamp(release.holdings(), release.timestamp().signed, version, snapshot.to_bytes(), NOW)
    timestamp = Metadata(stamp)
    timestamp.sign(online["timestamp"])
    bundle.export(release, folder)
    (folder / "metadata" / f"{2**30}.keys.json").write_bytes(part["keys"].to_bytes())
    (folder / "metadata" / f"{version}.snapshot.json").write_bytes(snapshot.to_bytes())
    (folder / "metadata" / "timestamp.json").write_bytes(timestamp.to_bytes())


def test_after_a_stolen_delegated_role_scanners_go_back_to_the_true_versions(country, scanner, tmp_path):
    stolen_everything(country, tmp_path / "evil")
    scanner.published = tmp_path / "evil"
    scanner.update()
    scanner.published = country.channel.releases.pointer
    come = [key for letter in "DEF" for key in country.make_holder(f"keys {letter}", "keys").keys]
    wish = {"come": tuple(come), "go": ("keys A", "keys B", "keys C")}
    country.propose(files={documents.SIGNERS: signers_file(b"after")}, new_online=True, **wish)
    country.sign("root A", "root B", "root C", "targets A", "targets B", "keys D", "keys F")
    country.publish()
    assert scanner.update() == signers_file(b"after")


def test_without_new_online_keys_they_would_be_stuck_which_is_why_the_manual_asks_for_them(country, scanner, tmp_path):
    stolen_everything(country, tmp_path / "evil")
    scanner.published = tmp_path / "evil"
    scanner.update()
    scanner.published = country.channel.releases.pointer
    come = [key for letter in "DEF" for key in country.make_holder(f"keys {letter}", "keys").keys]
    country.propose(come=tuple(come), go=("keys A", "keys B", "keys C"))
    country.sign("targets A", "targets B", "keys D", "keys F")
    country.publish()
    refresh.refresh(country.channel, NOW + 4 * DAY)
    with pytest.raises(RepositoryError, match="keys"):
        scanner.update(NOW + 4 * DAY)


def test_the_former_online_keys_are_destroyed_when_the_new_ones_are_out(country):
    former = country.channel.online / "first"
    country.propose(new_online=True)
    country.sign("root A", "root B", "root C", "targets A", "targets B")
    assert holder.public(former).keys
    assert sorted(path.suffix for path in former.iterdir()).count(".pem") == 3
    country.publish()
    assert [path.name for path in former.iterdir()] == ["public.json"]
    assert refresh.refresh(country.channel, NOW + DAY).renewed


def test_new_online_keys_that_are_withdrawn_are_destroyed_too_and_the_present_ones_stay(country):
    from keys.channel import proposing

    country.propose(new_online=True)
    proposing.withdraw(country.channel)
    kept = [folder for folder in country.channel.online_folders() if list(folder.glob("*.pem"))]
    assert [folder.name for folder in kept] == ["first"]
    assert refresh.refresh(country.channel, NOW + DAY).renewed
    country.propose(new_online=True)
    country.sign("root A", "root B", "root C", "targets A", "targets B")
    country.publish()


def test_a_former_online_key_is_worth_nothing_afterwards(country, scanner):
    before = country.release()
    signer = country.channel.online_signers(before.root().signed, before.targets()["targets"].signed)["timestamp"]
    country.propose(new_online=True)
    country.sign("root A", "root B", "root C", "targets A", "targets B")
    country.publish()
    scanner.update()
    path = country.release().public / "metadata" / "timestamp.json"
    forged = Metadata.from_bytes(path.read_bytes())
    forged.signed.version += 5
    forged.sign(signer)
    path.write_bytes(forged.to_bytes())
    with pytest.raises(RepositoryError):
        scanner.update()
