"""Loops of the in-memory channel of the client's tests, signed by whatever key a test likes."""

from keys.loop import loop
from tests.keys.client.repository import NOW, Repository


def live_files(repository):
    """What a device needs of a repository: its newest files, and every root but the first."""
    newest = {f"metadata/{version}.{role}.json" for role, version in repository.versions.items()}
    roots = {f"metadata/{version}.root.json" for version in range(2, repository.versions["root"] + 1)}
    keep = (newest | roots | {"metadata/timestamp.json"}) - {"metadata/1.root.json"}
    return {path: data for path, data in repository.files.items() if path in keep or path.startswith("targets/")}


def signed_by(*signers):
    """Signs a manifest by these keys."""

    def sign(data):
        signatures = [signer.sign(data) for signer in signers]
        return {it.keyid: bytes.fromhex(it.signature) for it in signatures}

    return sign


def a_loop(repository=None, *, signers=None, files=None, first_root=2):
    """The loop of a repository, as its publisher makes it."""
    repository = repository or Repository()
    return loop.made(
        live_files(repository) if files is None else files,
        repository.versions["timestamp"],
        repository.versions["root"],
        first_root,
        signed_by(*(signers or repository.keys["timestamp"])),
    )


def a_larger(repository, size=8000, now=NOW):
    """The repository with a file of random bytes among its rules, so that its loop has more blocks."""
    import random

    return repository.put("rules/79/rules.json", random.Random(7).randbytes(size), now)
