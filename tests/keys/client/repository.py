"""A trust channel in memory, for what no honest publisher would do: every role's keys are at hand.

Built on `tuf.api.metadata` alone, so that the client is not tested against its own publisher.
"""

import copy
import json
from datetime import UTC, datetime

from securesystemslib.signer import CryptoSigner
from tuf.api.metadata import (
    DelegatedRole,
    Delegations,
    Metadata,
    MetaFile,
    Root,
    Snapshot,
    TargetFile,
    Targets,
    Timestamp,
)

from bench.signers import ThrowawaySigner
from vaccine_pass.revocation import issued
from vaccine_pass.revocation.serial_list import encode_base
from vaccine_pass.revocation.serial_set import SerialSet
from vaccine_pass.trust import TrustData, to_document
from vaccine_pass.vaccines import VACCINES

DAY = 86_400
NOW = 1_627_632_000  # 2021-07-30T08:00:00Z
HOLDERS = {"root": (5, 3), "targets": (3, 2), "keys": (3, 2), "unrevocation": (3, 2), "rules-79": (3, 2),
           "revocation": (1, 1), "snapshot": (1, 1), "timestamp": (1, 1)}  # fmt: skip
PATHS = {"keys": "keys/*", "unrevocation": "unrevocation/*", "rules-79": "rules/79/*", "revocation": "revocation/*"}
DELEGATED = ("keys", "unrevocation", "rules-79", "revocation")
TOP = ("root", "targets", "snapshot", "timestamp")
ONLINE = ("revocation", "snapshot", "timestamp")
PASS_SIGNER = ThrowawaySigner()


def when(seconds):
    return datetime.fromtimestamp(seconds, UTC)


def iso(seconds):
    return when(seconds).strftime("%Y-%m-%dT%H:%M:%SZ")


def role_of(path):
    return next((name for name, pattern in PATHS.items() if path.startswith(pattern[:-1])), "targets")


def signers_json(*signers):
    document = to_document(TrustData(tuple(signer.entry() for signer in signers)))
    return json.dumps({"format": document["format"], "signers": document["signers"]}).encode()


def contents(now=NOW):
    return {
        "keys/signers.json": signers_json(PASS_SIGNER),
        "vaccines/table.json": json.dumps({"vaccines": VACCINES.to_document()}).encode(),
        "revocation/base.bin": encode_base(SerialSet(), 1, now),
        "unrevocation/issued.json": issued.dumps(issued.Issued(now, {1: 1 << 20})).encode(),
        "rules/79/rules.json": b"[]",
    }


class Repository:
    """What is published, as `files` (path → bytes), after each `publish`."""

    def __init__(self, now=NOW, *, demo=False):
        self.demo = demo
        self.keys = {role: [CryptoSigner.generate_ed25519() for _ in range(n)] for role, (n, _) in HOLDERS.items()}
        self.thresholds = {role: threshold for role, (_, threshold) in HOLDERS.items()}
        self.targets = contents(now)
        self.signed_at = dict.fromkeys(HOLDERS, now)
        self.expires = {}
        self.versions = dict.fromkeys(HOLDERS, 0)
        self.files = {}
        self.publish(now)

    # --- publishing ---------------------------------------------------------------------------

    def publish(self, now, *roles):
        """Sign the named roles again (all of them without names), then snapshot and timestamp."""
        for role in roles or ("root", "targets", *DELEGATED):
            self.versions[role] += 1
            self.signed_at[role] = now
        if not roles or "root" in roles:
            self.write_root(now)
        for role in roles or ("targets", *DELEGATED):
            if role in {"targets", *DELEGATED}:
                self.write_role(role, now)
        self.write_snapshot(now)
        self.write_timestamp(now)
        return self

    def put(self, path, data, now):
        """Replace one target and publish it."""
        self.targets[path] = data
        return self.publish(now, role_of(path))

    def write_root(self, now, signed_by=None):
        keys = {signer.public_key.keyid: signer.public_key for role in TOP for signer in self.keys[role]}
        root = Root(version=self.versions["root"], expires=self.expiry("root", now), consistent_snapshot=True,
                    unrecognized_fields=self.marks("root"))  # fmt: skip
        for role in TOP:
            for signer in self.keys[role]:
                root.add_key(keys[signer.public_key.keyid], role)
            root.roles[role].threshold = self.thresholds[role]
        self.store(f"{root.version}.root", root, signed_by or self.keys["root"])

    def rotate(self, role, now):
        """Give a top-level role new keys by a new root, which the old root's holders sign too."""
        before = self.keys["root"]
        self.keys[role] = [CryptoSigner.generate_ed25519() for _ in self.keys[role]]
        self.versions["root"] += 1
        self.signed_at["root"] = now
        signers = {signer.public_key.keyid: signer for signer in [*before, *self.keys["root"]]}
        self.write_root(now, list(signers.values()))

    def write_role(self, role, now, signed_by=None):
        listed = {
            path: TargetFile.from_data(path, data, ["sha256"])
            for path, data in self.targets.items()
            if role_of(path) == role
        }
        for path, info in listed.items():
            self.files[target_path(path, info)] = self.targets[path]
        signed = Targets(version=self.versions[role], expires=self.expiry(role, now), targets=listed,
                         unrecognized_fields=self.marks(role))  # fmt: skip
        if role == "targets":
            signed.delegations = self.delegations()
        self.store(f"{signed.version}.{role}", signed, signed_by or self.keys[role][: self.thresholds[role]])

    def delegations(self):
        keys = {signer.public_key.keyid: signer.public_key for role in DELEGATED for signer in self.keys[role]}
        roles = {
            role: DelegatedRole(role, [signer.public_key.keyid for signer in self.keys[role]],
                                self.thresholds[role], terminating=True, paths=[PATHS[role]])
            for role in DELEGATED
        }  # fmt: skip
        return Delegations(keys, roles)

    def write_snapshot(self, now):
        self.versions["snapshot"] += 1
        meta = {f"{role}.json": MetaFile(self.versions[role]) for role in ("targets", *DELEGATED)}
        signed = Snapshot(version=self.versions["snapshot"], expires=self.expiry("snapshot", now), meta=meta,
                          unrecognized_fields=self.marks("snapshot"))  # fmt: skip
        self.store(f"{signed.version}.snapshot", signed, self.keys["snapshot"])

    def write_timestamp(self, now):
        self.versions["timestamp"] += 1
        signed = Timestamp(version=self.versions["timestamp"], expires=self.expiry("timestamp", now),
                           snapshot_meta=MetaFile(self.versions["snapshot"]),
                           unrecognized_fields=self.marks("timestamp"))  # fmt: skip
        self.store("timestamp", signed, self.keys["timestamp"])

    def store(self, name, signed, signers):
        metadata = Metadata(signed)
        for signer in signers:
            metadata.sign(signer, append=True)
        self.files[f"metadata/{name}.json"] = metadata.to_bytes()

    # --- what may be bent ---------------------------------------------------------------------

    def expiry(self, role, now):
        days = {"timestamp": 2, "snapshot": 8, "revocation": 8}.get(role, 35)
        return when(self.expires.get(role, now + days * DAY))

    def marks(self, role):
        marks = {"demo": True} if self.demo else {}
        if role not in ONLINE and self.signed_at[role] is not None:
            marks["signed_at"] = iso(self.signed_at[role])
        return marks

    def copy(self):
        """The same channel, going its own way from here."""
        other = object.__new__(Repository)
        keep = {"keys": {role: list(signers) for role, signers in self.keys.items()}}
        other.__dict__.update({name: keep.get(name) or (copy.copy(value)) for name, value in self.__dict__.items()})
        return other

    def metadata(self, name):
        return Metadata.from_bytes(self.files[f"metadata/{name}.json"])

    @property
    def first_root(self):
        return self.files["metadata/1.root.json"]

    def write_to(self, folder):
        """The channel as files of a folder; the folder again."""
        for path, data in self.files.items():
            file = folder / path
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(data)
        return folder


def target_path(path, info):
    folder, _, name = path.rpartition("/")
    return f"targets/{folder}/{info.hashes['sha256']}.{name}"
