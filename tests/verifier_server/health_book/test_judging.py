"""What "try my card" trusts of a release is what a scanner trusts that has taken it."""

from datetime import UTC, datetime

import pytest

from keys.client.load import load
from keys.client.store import DeviceStore
from keys.client.update import update
from tests.keys.client.conftest import Memory
from tests.keys.client.repository import DAY, NOW, Repository
from vaccine_pass.revocation.serial_list import encode_base
from vaccine_pass.revocation.serial_set import SerialSet
from verifier_server.channel.reading import ChannelFolder
from verifier_server.health_book.judging import trust_of

LATER = NOW + 10 * DAY


@pytest.fixture
def repository(monkeypatch):
    """A channel whose online role says when it was signed, as the real publisher's does."""
    made = Repository()
    marks = made.marks

    def dated(role):
        more = {"signed_at": datetime.fromtimestamp(made.signed_at[role], UTC).isoformat()}
        return marks(role) | (more if role == "revocation" else {})

    monkeypatch.setattr(made, "marks", dated)
    return made


@pytest.fixture
def both(repository, tmp_path):
    """What a scanner and the server's page trust of what is published now."""

    def trusted(now):
        device = DeviceStore(tmp_path / "device")
        update(device, Memory(repository.files), now, root=repository.first_root)
        published = ChannelFolder(repository.write_to(tmp_path / "published")).published()
        return load(device).trust, trust_of(published)

    return trusted


def test_a_list_that_nobody_compared_is_as_old_here_as_on_a_scanner(repository, both):
    repository.publish(LATER)  # every role is signed anew; the list inside is that of the first day
    scanner, page = both(LATER)
    assert page.signed_at == scanner.signed_at == NOW


def test_signers_vaccines_and_what_is_revoked_are_the_same(repository, both):
    repository.put("revocation/base.bin", encode_base(SerialSet.of((0x100005,)), 2, LATER), LATER)
    repository.publish(LATER)
    scanner, page = both(LATER)
    assert page.signed_at == scanner.signed_at == LATER
    assert page.signers == scanner.signers
    assert page.vaccines.to_document() == scanner.vaccines.to_document()
    assert [0x100005 in one.revoked_serials for one in (scanner, page)] == [True, True]
    assert [0x100006 in one.revoked_serials for one in (scanner, page)] == [False, False]
