"""What python-tuf's unmodified client says of the published folder."""

import pytest
from tuf.api.exceptions import ExpiredMetadataError, RepositoryError

from keys.channel import documents, refresh
from keys.channel.roles import OFFLINE_PERIOD

from .builders import DAY, FILES, NOW, a_base, a_list, a_scanner, signers_file

SIGNERS = {documents.SIGNERS: signers_file(b"new")}


def test_the_first_release_is_accepted_with_its_files(country, scanner):
    assert scanner.update() == FILES[documents.SIGNERS]
    assert scanner.update(path=documents.VACCINE_TABLE) == FILES[documents.VACCINE_TABLE]


def test_a_file_that_is_not_there_is_no_error(scanner):
    assert scanner.update(path="rules/79/rules.json") is None
    assert scanner.update(path="revocation/base.bin") is None


def test_new_signers_reach_the_scanner_when_the_keys_role_has_signed(country, scanner):
    country.propose(files=SIGNERS)
    country.sign("keys A", "keys C")
    assert scanner.update() == FILES[documents.SIGNERS]
    country.publish()
    assert scanner.update() == SIGNERS[documents.SIGNERS]


def test_rules_and_revocations_lie_with_their_own_roles(country, scanner):
    country.propose(files={"rules/79/rules.json": b"rules", "unrevocation/list.json": a_list()})
    country.sign("rules-79 A", "rules-79 B", "unrevocation A", "unrevocation B")
    country.publish()
    refresh.refresh(country.channel, NOW, revocation={documents.REVOCATION_BASE: a_base()})
    assert scanner.update(path="rules/79/rules.json") == b"rules"
    assert scanner.update(path="unrevocation/list.json") == a_list()
    assert scanner.update(path="revocation/base.bin") == a_base()


def test_a_scanner_that_was_away_passes_through_every_root(country, scanner, tmp_path):
    for _ in range(3):
        country.propose(renew=("root",))
        country.sign("root A", "root B", "root E")
        country.publish()
    assert scanner.update() == FILES[documents.SIGNERS]
    late = a_scanner(country, tmp_path / "late")
    assert late.update() == FILES[documents.SIGNERS]


def test_a_refresh_keeps_scanners_going_and_without_it_they_stop(country, scanner):
    with pytest.raises(ExpiredMetadataError):
        scanner.update(NOW + 7 * DAY + 1)
    refresh.refresh(country.channel, NOW + 7 * DAY + 1)
    assert scanner.update(NOW + 7 * DAY + 1)


def test_offline_metadata_ends_after_35_days(country, scanner):
    end = NOW + OFFLINE_PERIOD
    refresh.refresh(country.channel, end - 10)
    assert scanner.update(end - 10)
    with pytest.raises(ExpiredMetadataError):
        scanner.update(end + 10)


def test_a_changed_file_is_refused(country, scanner):
    country.propose(files=SIGNERS)
    country.sign("keys A", "keys C")
    country.publish()
    for path in country.release().public.glob("targets/keys/*.signers.json"):
        path.write_bytes(path.read_bytes().upper())
    with pytest.raises(RepositoryError):
        scanner.update()


def test_the_bundle_is_accepted_like_the_folder_itself(country, scanner, tmp_path):
    from keys.channel import bundle

    bundle.export(country.release(), tmp_path / "usb")
    scanner.published = tmp_path / "usb"
    assert scanner.update() == FILES[documents.SIGNERS]
