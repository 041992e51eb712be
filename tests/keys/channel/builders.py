"""A real channel for tests: five root holders, three for each other offline role, and a client that knows only TUF."""

from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path

from tuf.api.exceptions import DownloadHTTPError
from tuf.ngclient import FetcherInterface, Updater

from keys.channel import documents, first, holder, proposing, publish, sign
from keys.channel.place import Channel
from keys.channel.planning import Wish
from vaccine_pass.revocation.issued import Issued
from vaccine_pass.revocation.issued import dumps as dumps_issued
from vaccine_pass.revocation.serial_list import encode_base, encode_delta
from vaccine_pass.revocation.serial_set import SerialSet
from vaccine_pass.revocation.unrevocations import Unrevocations, dumps

NOW = 1_800_000_000
DAY = 86_400
FILES = {
    "keys/signers.json": b'{"format": "checkpoint-trust/1", "signers": []}',
    "vaccines/table.json": documents.vaccines(),
    "unrevocation/issued.json": dumps_issued(Issued(NOW, {1: 1_000})).encode(),
}


def a_base(*serials, sequence=1):
    """A base of the list of revoked passes."""
    return encode_base(SerialSet.of(serials), sequence, NOW)


def a_delta(base, *serials, sequence=2):
    """A delta of a base."""
    return encode_delta(SerialSet.of(serials), sequence, NOW, sha256(base).digest())


def a_list(*serials, sequence=1):
    """A list of un-revoked passes."""
    return dumps(Unrevocations(SerialSet.of(serials), sequence, NOW)).encode()


def counts(blocks):
    """How many serials of each block were issued."""
    return dumps_issued(Issued(NOW, blocks)).encode()


def signers_file(mark):
    """A list of signers that differs from every other by its mark."""
    return b'{"format": "checkpoint-trust/1", "signers": [], "mark": "%s"}' % mark


HOLDERS = {
    **{f"root {letter}": ("root",) for letter in "ABCDE"},
    **{f"{role} {letter}": (role,) for role in ("targets", "keys", "unrevocation", "rules-79") for letter in "ABC"},
}


class Country:
    """A channel and all of its holders' folders."""

    def __init__(self, top: Path) -> None:
        self.top = top
        self.channel = Channel(top / "channel")

    def holder(self, name):
        return self.top / "holders" / name

    def make_holder(self, name, *roles, demo=False):
        return holder.make(self.holder(name), name, roles, demo=demo)

    def sign(self, *names, now=NOW, folder=None):
        return [sign.sign(folder or self.channel.proposal, self.holder(name), now) for name in names]

    def publish(self, now=NOW, **rest):
        return publish.publish(self.channel, now, **rest)

    def propose(self, now=NOW, new_online=False, **wish):
        return proposing.propose(self.channel, Wish(**wish), now, new_online=new_online)

    def release(self):
        return self.channel.current()


ENOUGH = (*(name for name in HOLDERS if name[-1] in "AB"), "root C")


def a_country(top):
    """A channel whose first release is out, signed by just enough holders."""
    country = Country(top)
    people = [country.make_holder(name, *roles) for name, roles in HOLDERS.items()]
    first.guided(country.channel, people, FILES, NOW)
    country.sign(*ENOUGH)
    country.publish()
    return country


class FolderFetcher(FetcherInterface):
    """What is published, as a plain web server gives it: a missing file is 404."""

    def __init__(self, folder):
        self.folder = folder

    def _fetch(self, url):
        path = self.folder / url.removeprefix("https://channel/")
        if not path.is_file():
            raise DownloadHTTPError("missing", 404)
        yield path.read_bytes()


class Scanner:
    """python-tuf's own client, unmodified, with its clock set."""

    def __init__(self, folder, published, pinned):
        folder.mkdir(parents=True)
        self.folder, self.published, self.pinned = folder, published, pinned

    def update(self, now=NOW, path=documents.SIGNERS):
        """Refresh, and give one target's bytes (None when there is no such target)."""
        updater = Updater(
            str(self.folder),
            "https://channel/metadata/",
            str(self.folder),
            "https://channel/targets/",
            fetcher=FolderFetcher(self.published),
            bootstrap=self.pinned,
        )
        updater._trusted_set.reference_time = datetime.fromtimestamp(now, UTC)
        updater.refresh()
        target = updater.get_targetinfo(path)
        return target and Path(updater.download_target(target)).read_bytes()


def a_scanner(country, folder):
    pinned = country.release().data("metadata/1.root.json")
    return Scanner(folder, country.channel.releases.pointer, pinned)
