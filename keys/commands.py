"""What the commands for signers do; ``cli`` says how they are called.

A command takes its parsed arguments and the time, and gives an ``Answer``:
lines for standard output, sentences for standard error, and an exit code.
Leaves out the parser and the printing.
"""

from __future__ import annotations

import json
from argparse import Namespace
from dataclasses import replace
from pathlib import Path
from typing import Any

from keys import apart, ceremony, coverage, lifecycle
from keys.answer import Answer, options_of
from keys.channel import onward
from keys.channel.place import Channel
from keys.entry import KeyStatus, iso, seconds
from keys.errors import KeysError
from keys.files import write_whole
from keys.importing import import_files
from keys.place import TokenPlace
from keys.store import KeyStore, read_certificate
from vaccine_pass.trust import to_document


def new(arguments: Namespace, now: int) -> Answer:
    """Make a pending signer, or a spare in a place apart."""
    store, token = KeyStore(arguments.keys), token_of(arguments)
    if arguments.spare:
        return _new_spare(arguments, store, token or arguments.apart, now)
    if arguments.apart:
        raise KeysError("--apart goes with --spare.", code="wrong_options")
    entry = ceremony.new(
        store,
        now,
        form=arguments.form,
        name=arguments.name,
        sign_from=_time(arguments.sign_from),
        authority_folder=arguments.authority,
        periods=_periods(arguments, ceremony.Periods()),
        token=token,
    )
    where = f", in {entry.place}" if entry.place else ""
    said = f"pending  {entry}{where}, to sign from {iso(entry.sign_from)}"
    return Answer((said, "Scanners must know it before it may sign.", *_to_publish(arguments)))


def _new_spare(arguments: Namespace, store: KeyStore, where: TokenPlace | Path | None, now: int) -> Answer:
    if where is None or arguments.sign_from or (arguments.apart and where is not arguments.apart):
        raise KeysError(
            "a spare is kept apart from the keys that sign: give --apart DIR on another disk or stick, or "
            "--custody pkcs11 with a token of its own, and no --sign-from.",
            code="not_apart",
        )
    entry = ceremony.new_spare(
        store,
        now,
        form=arguments.form,
        name=arguments.name,
        where=where,
        authority_folder=arguments.authority,
        periods=_periods(arguments, ceremony.SPARE_PERIODS),
    )
    said = f"spare    {entry}, in {entry.place}"
    advice = () if isinstance(where, TokenPlace) else ("Take the disk or stick away, and keep it in another building.",)
    advice = (*apart.same_disk(entry.place, store.root), *advice)
    return Answer((said, *advice, "Scanners must know it before it may sign.", *_to_publish(arguments)))


def activate(arguments: Namespace, now: int) -> Answer:
    """Let a pending signer sign, in the place of the active one of its form."""
    coverage.refuse_if_absent(arguments.receipts)
    store = KeyStore(arguments.keys)

    def decide(signers: lifecycle.Signers, kid: bytes, now: int) -> lifecycle.Signers:
        entry = lifecycle.find(signers, kid.hex())
        known = coverage.asked(store, signers, entry, now, arguments.receipts)
        return lifecycle.activate(signers, kid, now, known)

    answer = moved(arguments, now, decide, "active")
    known = "Scanners know it already: nothing has to be published for it."
    return replace(answer, lines=(*answer.lines, known, _see_status(arguments)))


def retire(arguments: Namespace, now: int) -> Answer:
    """End a signer's signing and destroy its private half."""
    answer = moved(arguments, now, lifecycle.retire, "retired")
    known = "What it signed stays accepted: nothing has to be published for it."
    return replace(answer, lines=(*answer.lines, known, _see_status(arguments)))


def check(arguments: Namespace, _now: int) -> Answer:
    """Open the private half of every key that signs or will sign, in its file or token, and use it once."""
    store = KeyStore(arguments.keys)
    lines, problems = [], []
    for entry in store.signers():
        if entry.status in {KeyStatus.PENDING, KeyStatus.ACTIVE}:
            try:
                store.open_key(entry).sign(b"checkpoint-keys check")
                lines.append(f"good     {entry}, in {entry.place or 'its encrypted file'}")
            except KeysError as error:
                if error.code == "apart_absent":  # as it should be, but for the day of the check
                    lines.append(f"away     {entry}: not looked at, since {entry.place} is not here")
                else:
                    problems.append(f"{entry}: {error.message}")
    return Answer(tuple(lines), tuple(problems), 1 if problems else 0)


def import_signers(arguments: Namespace, _now: int) -> Answer:
    """Write a plain trust list from other issuers' certificates and JWK sets."""
    imported = import_files(arguments.files)
    count = len(imported.trust.signers)
    if not count:
        return Answer(problems=(*imported.problems, "nothing was written: there is no signer to import."), code=1)
    _write_document(arguments, to_document(imported.trust))
    written = f"{count} signer{'' if count == 1 else 's'} written to {arguments.out}"
    return Answer((written,), imported.problems, 1 if imported.problems else 0)


def _to_publish(arguments: Namespace) -> tuple[str, ...]:
    return onward.to_publish(Channel(arguments.channel), options_of(arguments))


def _see_status(arguments: Namespace) -> str:
    return f"{onward.NEXT} checkpoint-keys status{options_of(arguments)}"


def moved(arguments: Namespace, now: int, decide: Any, word: str) -> Answer:
    """Move one signer in its life as ``decide`` says, and tell what could not be destroyed."""
    store = KeyStore(arguments.keys)
    entry = lifecycle.find(store.signers(), arguments.key)
    store.change(lambda signers: decide(signers, entry.kid, now))
    left = _left_behind(store)
    return Answer((f"{word:<8} {entry}",), left, 1 if left else 0)


def notes_of(store: KeyStore, arguments: Namespace) -> tuple[str, ...]:
    """What an administrator should know of a key folder besides its signers."""
    notes = [f"{path} belongs to no key; it was never finished and may be deleted." for path in store.strangers()]
    notes += _left_behind(store)
    folder = arguments.authority or store.authority_folder
    if (folder / "private.pem").exists() and folder == store.authority_folder:
        notes.append(f"Move the authority's private key from {folder} to a machine of its own (--authority).")
    if (folder / "certificate.pem").exists():
        end = read_certificate(folder / "certificate.pem").not_valid_after_utc.timestamp()
        notes.append(f"The authority's certificate ends on {iso(end)}.")
    return tuple(notes)


def _left_behind(store: KeyStore) -> tuple[str, ...]:
    return tuple(
        f"The private half of {entry} is still in {entry.place}, which could not be used: the next "
        "`checkpoint-keys rotate` tries again to destroy it."
        for entry in store.left_behind()
    )


def token_of(arguments: Namespace) -> TokenPlace | None:
    """The token that the options name, or None for encrypted files; KeysError when they do not fit together."""
    given = {name: getattr(arguments, name) for name in ("module", "token", "pin_file")}
    if arguments.custody == "file":
        if any(given.values()):
            raise KeysError("--module, --token and --pin-file go with --custody pkcs11.", code="wrong_options")
        return None
    if not all(given.values()):
        raise KeysError("--custody pkcs11 needs --module, --token and --pin-file.", code="wrong_options")
    # Whole paths: the server that signs may be started in another folder.
    return TokenPlace(str(given["module"].absolute()), given["token"], str(given["pin_file"].absolute()))


def _periods(arguments: Namespace, usual: ceremony.Periods) -> ceremony.Periods:
    return ceremony.Periods(signing=arguments.sign_days or usual.signing, passes=arguments.pass_days)


def _time(text: str | None) -> int | None:
    if text is None:
        return None
    try:
        return seconds(text)
    except ValueError as error:
        raise KeysError(f"{text!r:.40} is no time; write it as 2026-12-01T00:00:00Z.", code="bad_time") from error


def _write_document(arguments: Namespace, document: dict[str, Any]) -> None:
    text = json.dumps(document, indent=1, ensure_ascii=True) + "\n"
    write_whole(arguments.out, text.encode("ascii"), mode=0o644)
