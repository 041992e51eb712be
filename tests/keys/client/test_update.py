"""What an update refuses, each hostile case by its code, and that the device stays as it was."""

import json

import pytest
from securesystemslib.signer import CryptoSigner
from tuf.api.metadata import Metadata

from keys.client import kinds
from keys.client import update as module
from keys.client.errors import DeviceTrustError, UpdateRefused
from keys.client.fetch import Budget
from keys.client.load import load
from vaccine_pass.revocation.serial_list import encode_base, encode_delta
from vaccine_pass.revocation.serial_set import SerialSet

from .conftest import Memory
from .repository import DAY, NOW, PASS_SIGNER, Repository, signers_json, target_path

LATER = NOW + 3 * DAY


@pytest.fixture
def refused(store, take):
    """The code with which an update is refused, after a look that nothing of the device has changed."""

    def run(repository, now=LATER, **options):
        before = holdings(store)
        with pytest.raises((UpdateRefused, DeviceTrustError)) as caught:
            take(repository, now, **options)
        assert holdings(store) == before
        assert caught.value.message.endswith(".")
        assert "\n" not in caught.value.message
        return caught.value.code

    return run


def holdings(store):
    held = store.current()
    return (held.folder.name, held.manifest, store.last_seen()) if held else None


def versions(store):
    return {role.name: role.version for role in store.current().manifest.roles}


# --- what goes well -----------------------------------------------------------------------------


def test_the_first_update_brings_the_signers_and_their_date(store, enrolled):
    held = load(store)
    assert [signer.kid for signer in held.trust.signers] == [PASS_SIGNER.entry().kid]
    assert held.trust.signed_at == NOW
    assert set(held.signed_at) == {"keys", "vaccines", "revocation", "unrevocation", "rules"}
    assert not held.manifest.is_demo


def test_an_update_replaces_what_has_changed_and_keeps_the_set_before(store, enrolled, take):
    before = store.current().folder
    enrolled.put("keys/signers.json", signers_json(), LATER)
    done = take(enrolled, LATER)
    assert done.changed
    assert load(store).trust.signers == ()
    assert load(store).trust.signed_at == LATER
    assert before.is_dir()


def test_an_update_that_brings_nothing_new_changes_nothing_and_costs_two_requests(store, enrolled, take):
    before = store.current()
    done = take(enrolled, NOW + DAY)
    assert (done.changed, done.requests) == (False, 2)  # the next root, which is not there, and the timestamp
    assert store.current() == before
    assert not any(store.staged.iterdir())


def test_only_changed_targets_are_fetched_again(enrolled, take):
    enrolled.put("rules/79/rules.json", b"[1]", LATER)
    done = take(enrolled, LATER)
    assert done.requests == 5  # next root, timestamp, snapshot, the role, its file


def test_a_missing_next_root_is_normal(enrolled, take, store):
    enrolled.publish(LATER)
    assert take(enrolled, LATER).changed
    assert versions(store)["root"] == 2


def test_every_root_between_is_taken_in_turn(enrolled, take, store):
    for number in range(1, 4):
        enrolled.rotate("root", NOW + number * DAY)
    enrolled.publish(LATER, "targets", "keys")
    take(enrolled, LATER)
    assert versions(store)["root"] == 4
    history = store.current().folder / "metadata" / "root_history"
    assert {path.name for path in history.iterdir()} == {f"{n}.root.json" for n in range(1, 5)}


def test_a_device_that_was_pinned_six_years_of_weekly_roots_ago_still_takes_updates(enrolled, take, store):
    """Root is dated anew every week, and a device begins from its pinned root each time."""
    for _ in range(6 * 52):
        enrolled.versions["root"] += 1
        enrolled.write_root(LATER)
    enrolled.publish(LATER, "root", "keys")
    take(enrolled, LATER)
    assert versions(store)["root"] == 6 * 52 + 2
    assert not take(enrolled, LATER).changed


def test_a_demonstration_says_so(store, take):
    repository = Repository(demo=True)
    take(repository, root=repository.first_root)
    assert load(store).manifest.is_demo


# --- the root -----------------------------------------------------------------------------------


def test_without_a_root_nothing_is_taken(repository, refused):
    assert refused(repository) == "no_root"


def test_a_root_that_is_none_is_not_pinned(repository, refused, store):
    assert refused(repository, root=b"{}") == "bad_root"
    assert store.pinned_root() is None


def test_a_root_that_its_own_holders_did_not_sign_is_not_pinned(repository, refused):
    metadata = Metadata.from_bytes(repository.first_root)
    metadata.signatures.clear()
    assert refused(repository, root=metadata.to_bytes()) == "bad_root"


def test_another_root_is_not_taken_by_a_device_that_has_one(enrolled, refused):
    stranger = Repository()
    assert refused(stranger, root=stranger.first_root) == "root_already_pinned"


def test_a_root_given_by_mistake_can_be_put_right_before_the_first_update(repository, take, store):
    with pytest.raises(UpdateRefused):
        take(repository, root=Repository().first_root)
    take(repository, root=repository.first_root)
    assert store.pinned_root() == repository.first_root


def test_a_forged_root_is_refused(enrolled, refused):
    enrolled.versions["root"] += 1
    enrolled.keys["root"] = [CryptoSigner.generate_ed25519() for _ in range(5)]
    enrolled.write_root(LATER)
    assert refused(enrolled) == "update_not_signed"


def test_a_root_that_only_the_new_holders_signed_is_refused(enrolled, refused):
    old = enrolled.keys["root"]
    enrolled.rotate("root", LATER)
    enrolled.write_root(LATER, enrolled.keys["root"] + old[:2])
    assert refused(enrolled) == "update_not_signed"


def test_a_skipped_root_version_is_refused(enrolled, refused):
    enrolled.rotate("timestamp", LATER)
    enrolled.rotate("timestamp", LATER)
    enrolled.files["metadata/2.root.json"] = enrolled.files["metadata/3.root.json"]
    assert refused(enrolled) == "root_skipped"


def test_a_root_that_is_missing_between_leaves_the_rest_unsigned(enrolled, refused):
    enrolled.rotate("timestamp", LATER)
    enrolled.rotate("timestamp", LATER)
    enrolled.publish(LATER, "targets")
    del enrolled.files["metadata/2.root.json"]
    assert refused(enrolled) == "update_not_signed"


def test_one_signature_twice_is_not_two(enrolled, refused):
    enrolled.versions["keys"] += 1
    enrolled.write_role("keys", LATER, enrolled.keys["keys"][:1])
    name = f"metadata/{enrolled.versions['keys']}.keys.json"
    document = json.loads(enrolled.files[name])
    document["signatures"] *= 2
    enrolled.files[name] = json.dumps(document).encode()
    enrolled.write_snapshot(LATER)
    enrolled.write_timestamp(LATER)
    assert refused(enrolled) == "update_malformed"


def test_a_threshold_that_is_not_met_is_refused(enrolled, refused):
    enrolled.publish(LATER, "keys")
    enrolled.write_role("keys", LATER, enrolled.keys["keys"][:1])
    assert refused(enrolled) == "update_not_signed"


def test_a_revoked_online_key_no_longer_counts(enrolled, refused):
    stolen = enrolled.keys["timestamp"]
    enrolled.rotate("timestamp", LATER)
    enrolled.keys["timestamp"] = stolen
    enrolled.publish(LATER, "targets")
    assert refused(enrolled) == "update_not_signed"


# --- versions -----------------------------------------------------------------------------------


def test_an_old_timestamp_is_refused(enrolled, take, refused):
    old = enrolled.files["metadata/timestamp.json"]
    enrolled.publish(NOW + DAY, "keys")
    take(enrolled, NOW + DAY)
    enrolled.files["metadata/timestamp.json"] = old
    assert refused(enrolled, NOW + DAY) == "update_rolled_back"


def test_an_old_snapshot_is_refused(enrolled, take, refused):
    enrolled.publish(NOW + DAY, "keys")
    take(enrolled, NOW + DAY)
    enrolled.versions["snapshot"] = 0
    enrolled.publish(NOW + DAY, "rules-79")
    assert refused(enrolled, NOW + DAY) == "update_rolled_back"


def test_a_new_snapshot_of_old_roles_is_refused(enrolled, take, refused):
    old = enrolled.versions["keys"]
    enrolled.publish(NOW + DAY, "keys")
    take(enrolled, NOW + DAY)
    enrolled.versions["keys"] = old
    enrolled.publish(NOW + DAY, "rules-79")
    assert refused(enrolled, NOW + DAY) == "update_rolled_back"


def test_mixed_versions_are_refused(enrolled, refused):
    enrolled.publish(LATER, "keys")
    enrolled.files[f"metadata/{enrolled.versions['keys']}.keys.json"] = enrolled.files["metadata/1.keys.json"]
    assert refused(enrolled) == "update_mixed"


def test_a_snapshot_of_another_version_than_the_timestamp_says_is_refused(enrolled, refused):
    enrolled.publish(LATER, "keys")
    enrolled.files["metadata/2.snapshot.json"] = enrolled.files["metadata/1.snapshot.json"]
    assert refused(enrolled) == "update_mixed"


def test_after_fast_forwarded_versions_new_online_keys_bring_the_device_back(enrolled, take, store):
    honest = enrolled.copy()
    enrolled.versions |= {"timestamp": 2**31, "snapshot": 2**31}
    enrolled.publish(NOW + DAY, "revocation")
    take(enrolled, NOW + DAY)
    assert versions(store)["timestamp"] > 2**31
    for role in ("timestamp", "snapshot"):
        honest.rotate(role, LATER)
    honest.publish(LATER, "targets", "revocation")
    take(honest, LATER)
    assert versions(store)["timestamp"] < 100


# --- time ---------------------------------------------------------------------------------------


def test_a_frozen_channel_is_refused_when_its_timestamp_has_expired(enrolled, refused):
    assert refused(enrolled, NOW + 3 * DAY) == "update_expired"


def test_a_timestamp_years_ahead_is_refused(enrolled, refused):
    enrolled.expires["timestamp"] = NOW + 5000 * DAY
    enrolled.publish(LATER, "revocation")
    assert refused(enrolled) == "timestamp_too_far_ahead"


def test_a_role_without_its_date_is_refused(enrolled, refused):
    enrolled.publish(LATER, "keys")
    enrolled.signed_at["keys"] = None
    enrolled.write_role("keys", LATER)
    assert refused(enrolled) == "signed_at_missing"


def test_offline_metadata_that_lasts_too_long_is_refused(enrolled, refused):
    enrolled.expires["keys"] = LATER + 36 * DAY
    enrolled.publish(LATER, "keys")
    assert refused(enrolled) == "valid_too_long"


def test_a_date_in_the_future_is_refused(enrolled, refused):
    enrolled.publish(LATER, "keys")
    enrolled.signed_at["keys"] = LATER + 2 * DAY
    enrolled.write_role("keys", LATER)
    assert refused(enrolled) == "signed_in_future"


def test_a_clock_set_back_does_not_open_the_door_to_expired_data(enrolled, take, refused):
    old = enrolled.copy()
    enrolled.publish(LATER, "keys")
    take(enrolled, LATER)
    assert refused(old, NOW) == "update_rolled_back"
    enrolled.write_timestamp(NOW)  # newer by its version, but the floor knows that its two days are over
    assert refused(enrolled, NOW) == "update_expired"


def test_a_clock_far_behind_is_carried_along_by_what_the_threshold_dates(enrolled, take, store):
    enrolled.publish(LATER, "keys")
    assert take(enrolled, 0).now == LATER
    assert store.last_seen() == LATER


def test_a_clock_set_forward_refuses_and_keeps_what_is_held(enrolled, refused):
    enrolled.publish(LATER, "keys")
    assert refused(enrolled, LATER + 400 * DAY) == "update_expired"
    assert refused(enrolled, 1e18) == "update_expired"


def test_a_stolen_online_key_does_not_move_the_floor(enrolled, take, store):
    enrolled.publish(NOW + DAY, "revocation")
    name = f"{enrolled.versions['revocation']}.revocation"
    metadata = enrolled.metadata(name)
    metadata.signed.unrecognized_fields["signed_at"] = "2021-07-31T20:00:00Z"
    enrolled.store(name, metadata.signed, enrolled.keys["revocation"])
    take(enrolled, NOW + DAY)
    assert store.floor() == NOW + DAY  # the time that was seen, not half a day later


def test_python_tuf_judges_by_our_time(repository, tmp_path):
    """Pins the one private attribute that tuf 7 leaves for this."""
    fetcher = module.SourceFetcher(Memory(repository.files), Budget(), tmp_path)
    (tmp_path / "m").mkdir()
    updater = module.updater_at(NOW, tmp_path / "m", fetcher, repository.first_root)
    updater.refresh()  # on the real clock of any later year everything here has expired
    (tmp_path / "n").mkdir()
    late = module.updater_at(NOW + 40 * DAY, tmp_path / "n", fetcher, repository.first_root)
    with pytest.raises(Exception, match="expired"):
        late.refresh()


# --- content ------------------------------------------------------------------------------------


def a_target(repository, path="keys/signers.json"):
    role = "keys"
    info = repository.metadata(f"{repository.versions[role]}.{role}").signed.targets[path]
    return target_path(path, info)


def test_a_tampered_target_is_refused(enrolled, refused):
    enrolled.put("keys/signers.json", signers_json(), LATER)
    name = a_target(enrolled)
    enrolled.files[name] = enrolled.files[name].replace(b"[", b" ", 1)
    assert refused(enrolled) == "update_altered"


def test_a_target_longer_than_signed_is_refused(enrolled, refused):
    enrolled.put("keys/signers.json", signers_json(), LATER)
    enrolled.files[a_target(enrolled)] += b" " * 5000
    assert refused(enrolled) == "update_too_large"


def test_a_target_that_is_signed_but_enormous_is_refused(enrolled, refused, monkeypatch):
    monkeypatch.setattr(kinds, "MOST_TARGET_BYTES", 1000)
    enrolled.put("rules/79/rules.json", b" " * 1001, LATER)
    assert refused(enrolled) == "update_too_large"


def test_more_files_than_any_channel_has_are_refused(enrolled, refused, monkeypatch):
    monkeypatch.setattr(kinds, "MOST_TARGETS", 3)
    enrolled.put("rules/79/rules.json", b"[2]", LATER)
    assert refused(enrolled) == "update_too_large"


@pytest.mark.parametrize("name", ["keys/signers.json", "vaccines/table.json"])
def test_a_channel_that_lacks_what_every_verdict_needs_is_refused(enrolled, refused, name):
    del enrolled.targets[name]
    enrolled.publish(LATER, "targets", "keys")
    assert refused(enrolled) == "update_lacks"


@pytest.mark.parametrize("data", [b"no JSON", b"[]", b'{"format": "checkpoint-trust/2"}', b"[" * 100_000])
def test_signed_nonsense_does_not_replace_good_data(enrolled, refused, data):
    enrolled.put("keys/signers.json", data, LATER)
    assert refused(enrolled) == "update_content"


def test_targets_may_not_sign_what_it_has_delegated(enrolled, refused):
    enrolled.publish(LATER, "targets")
    metadata = enrolled.metadata(f"{enrolled.versions['targets']}.targets")
    metadata.signed.targets["keys/signers.json"] = metadata.signed.targets["vaccines/table.json"]
    enrolled.store(f"{enrolled.versions['targets']}.targets", metadata.signed, enrolled.keys["targets"])
    assert refused(enrolled) == "update_misplaced"


def test_a_stolen_revocation_key_signs_no_signers(enrolled, refused):
    enrolled.publish(LATER, "revocation")
    metadata = enrolled.metadata(f"{enrolled.versions['revocation']}.revocation")
    metadata.signed.targets["keys/signers.json"] = metadata.signed.targets["revocation/base.bin"]
    enrolled.store(f"{enrolled.versions['revocation']}.revocation", metadata.signed, enrolled.keys["revocation"])
    assert refused(enrolled) == "update_misplaced"


# --- revocation ---------------------------------------------------------------------------------

SERIAL = 0x162C4A


def test_a_revoked_serial_arrives(enrolled, take, store):
    enrolled.put("revocation/base.bin", encode_base(SerialSet.of([SERIAL]), 2, LATER), LATER)
    take(enrolled, LATER)
    assert SERIAL in load(store).trust.revoked_serials


def test_a_delta_of_another_base_keeps_the_old_pair_whole(enrolled, refused):
    enrolled.put("revocation/delta.bin", encode_delta(SerialSet.of([SERIAL]), 2, LATER, bytes(32)), LATER)
    assert refused(enrolled) == "update_content"


def test_an_older_or_missing_list_of_revoked_passes_is_refused(enrolled, take, refused):
    enrolled.put("revocation/base.bin", encode_base(SerialSet.of([SERIAL]), 5, LATER), LATER)
    take(enrolled, LATER)
    enrolled.put("revocation/base.bin", encode_base(SerialSet(), 4, LATER), LATER)
    assert refused(enrolled) == "revocation_lowered"
    del enrolled.targets["revocation/base.bin"]
    enrolled.publish(LATER, "revocation")
    assert refused(enrolled) == "revocation_lowered"


# --- the way here -------------------------------------------------------------------------------


@pytest.mark.parametrize("end", ["timestamp.json", "snapshot.json", "keys.json", "signers.json", "table.json"])
def test_a_half_copied_stick_is_refused_and_bricks_nothing(enrolled, take, refused, end, store):
    whole = enrolled.publish(LATER).copy()
    enrolled.put("keys/signers.json", signers_json(), LATER)
    for name in [name for name in enrolled.files if name.endswith(end)]:
        del enrolled.files[name]
    if end == "table.json":  # unchanged on this device, so not needed
        assert take(enrolled, LATER).changed
    else:
        assert refused(enrolled) == "update_incomplete"
        assert take(whole, LATER).changed


@pytest.mark.parametrize("end", ["timestamp.json", "2.snapshot.json", "2.keys.json", "2.root.json"])
def test_a_file_that_is_cut_off_is_refused(enrolled, refused, end):
    enrolled.publish(LATER)
    name = f"metadata/{end}"
    enrolled.files[name] = enrolled.files[name][:-100]
    assert refused(enrolled) == "update_malformed"


def test_a_slow_source_is_given_up(enrolled, refused):
    enrolled.publish(LATER)
    ticks = iter(range(10_000))
    assert refused(enrolled, budget=Budget(seconds=5, monotonic=lambda: next(ticks))) == "update_too_slow"


def test_a_source_that_never_ends_is_given_up(enrolled, store):
    class Endless(Memory):
        def read(self, path, seconds):
            while True:
                yield b" " * 65_536

    before = holdings(store)
    with pytest.raises(UpdateRefused) as caught:
        module.update(store, Endless({}), LATER)
    assert caught.value.code == "update_too_large"
    assert holdings(store) == before


def test_many_files_may_not_add_up_to_more_than_the_budget(enrolled, refused):
    enrolled.publish(LATER)
    assert refused(enrolled, budget=Budget(most=3000)) == "update_too_large"


def test_a_file_name_that_leads_out_of_the_folder_is_refused(enrolled, refused):
    enrolled.targets["keys/..%2f..%2fx"] = b"x"
    enrolled.publish(LATER, "keys")
    assert refused(enrolled) == "bad_path"
    enrolled.targets.pop("keys/..%2f..%2fx")
    enrolled.targets["../x"] = b"x"
    enrolled.publish(LATER, "targets", "keys")
    assert refused(enrolled) == "bad_path"
