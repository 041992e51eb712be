"""`checkpoint-scanner`: its command line, from `verify` to `receipt`, and nothing behind it.

Exit codes: 0 fine, 1 something was refused or failed, 2 a wrong call.
"""

from __future__ import annotations

import argparse
import io
import re
import sys
from pathlib import Path

from keys.client import enrolled
from keys.client.enrolled import Enrolled
from keys.client.store import DeviceStore
from keys.endings import ended
from keys.errors import KeysError
from scanner_app.device import DeviceTrust, chosen
from scanner_app.errors import TrustFileError, WrongCall
from scanner_app.loop import arguments as loop_arguments
from scanner_app.options import Options, size_of
from scanner_app.trustfile import INSTALLED, verifier_for
from vaccine_pass.errors import CheckpointError

UPDATE_EVERY = 60.0
"""Minutes between two updates while the window of an enrolled device runs."""
MOST_MINUTES = 7 * 24 * 60
TRUST_HELP = f"trust data: a file, a folder with trust.json, or an updated folder (default: {INSTALLED}/)"


def main(arguments: list[str] | None = None) -> int:
    """Run one command; every error is one sentence on standard error."""
    return ended("checkpoint-scanner", lambda: _called(arguments), extra="scanner")


def _called(arguments: list[str] | None) -> int:
    options = parser().parse_args(arguments)
    for stream in (sys.stdout, sys.stderr):
        # A terminal that lacks Vietnamese letters shows their numbers; it is no reason to stop.
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
    try:
        return options.command(options)
    except (WrongCall, TrustFileError) as error:
        return _say(error, 2)
    except CheckpointError as error:
        return _say(error, 1)
    except KeyboardInterrupt:
        return 130


def parser() -> argparse.ArgumentParser:
    """The whole command line."""
    top = argparse.ArgumentParser(prog="checkpoint-scanner", description="Check vaccination passes, offline.")
    commands = top.add_subparsers(required=True, metavar="COMMAND")
    _add_verify(commands.add_parser("verify", help="judge texts or pictures"))
    _add_decode(commands.add_parser("decode", help="read the codes of pictures, without judging"))
    _add_run(commands.add_parser("run", help="open the window on a camera"))
    _add_enrol(commands.add_parser("enrol", help="make this device known to its server, with a code"))
    _add_update(commands.add_parser("update", help="bring new trust data to this device"))
    _add_show_update(commands.add_parser("show-update", help="show what this device holds to another one's camera"))
    _add_trust(commands.add_parser("trust", help="what trust data this device holds, and how old it is"))
    _add_receipt(commands.add_parser("receipt", help="write the signed receipt of what this device holds"))
    return top


def _add_verify(command: argparse.ArgumentParser) -> None:
    command.set_defaults(command=_verify)
    command.add_argument("--trust", metavar="FILE|DIR", type=Path, help=TRUST_HELP)
    command.add_argument("--at", metavar="TIME", help="judge at this ISO 8601 time, UTC without a zone")
    command.add_argument("--json", action="store_true", help="one JSON object a line")
    command.add_argument(
        "--place",
        metavar="CODE",
        help="province code of two digits; it matters once the trust data holds rules",
    )
    command.add_argument(
        "files",
        metavar="FILE",
        type=Path,
        nargs="*",
        help="pictures (.png, .jpg) or one text a line (.txt); without any: standard input",
    )


def _add_decode(command: argparse.ArgumentParser) -> None:
    command.set_defaults(command=_decode)
    command.add_argument("--json", action="store_true", help="one JSON object a line")
    command.add_argument("files", metavar="FILE", type=Path, nargs="+", help="pictures (.png, .jpg)")


def _add_run(command: argparse.ArgumentParser) -> None:
    command.set_defaults(command=_run)
    command.add_argument("--trust", metavar="FILE|DIR", type=Path, help=TRUST_HELP)
    command.add_argument("--source", default="0", metavar="N|VIDEO|FOLDER", help="camera number, video or pictures")
    command.add_argument("--each", type=float, default=2.0, metavar="SECONDS", help="time of a picture")
    command.add_argument("--once", action="store_true", help="a video or folder is not repeated")
    command.add_argument("--lang", choices=("vi", "en"), default="vi", help="language to begin with")
    command.add_argument("--post", default="", metavar="NAME", help="name of the post")
    command.add_argument("--next-after", type=float, metavar="SECONDS", help="go on to the next person by itself")
    command.add_argument("--size", default="480x800", metavar="WxH", help="window in pixels")
    command.add_argument("--fullscreen", action="store_true", help="use the whole screen")
    command.add_argument(
        "--update-every",
        type=float,
        metavar="MINUTES",
        help="update from the enrolled channel (default: 60 when this device is enrolled; 0: never)",
    )
    command.add_argument(
        "--events", action="store_true", help="print what happens, without personal data, as JSON lines"
    )


def _add_update(command: argparse.ArgumentParser) -> None:
    command.set_defaults(command=_update)
    where = command.add_mutually_exclusive_group()
    where.add_argument(
        "--from",
        dest="source",
        metavar="DIR|FILE|URL",
        help="a stick's folder, a bundle, or a server (default: the server that this device is enrolled at)",
    )
    where.add_argument(
        "--from-camera",
        dest="camera",
        metavar="N|VIDEO|FOLDER",
        nargs="?",
        const="0",
        help="another device's codes (show-update): a camera's number (0), a video or pictures",
    )
    command.add_argument(
        "--root", type=Path, metavar="ROOT.json", help="the root to pin, once, from a file of your administrator"
    )
    _add_folder(command)
    command.add_argument(
        "--reset-time", action="store_true", help="under supervision: forget a time that the clock had wrongly reached"
    )


def _add_show_update(command: argparse.ArgumentParser) -> None:
    loop_arguments.add(command)
    _add_folder(command)


def _add_trust(command: argparse.ArgumentParser) -> None:
    command.set_defaults(command=_trust)
    _add_folder(command)
    command.add_argument("--json", action="store_true", help="versions, hashes and dates as one JSON object")


def _add_enrol(command: argparse.ArgumentParser) -> None:
    command.set_defaults(command=_enrol)
    command.add_argument("code", metavar="TEXT|PICTURE", help="the enrolment code's text, or a picture of it")
    _add_folder(command)


def _add_receipt(command: argparse.ArgumentParser) -> None:
    command.set_defaults(command=_receipt)
    command.add_argument("--out", type=Path, metavar="FILE", help="write it there (default: standard output)")
    _add_folder(command)


def _add_folder(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--trust", type=Path, default=INSTALLED, metavar="DIR", help="this device's folder (default: %(default)s)"
    )


def _verify(options: argparse.Namespace) -> int:
    from scanner_app.cli_verify import moment_of, verify  # noqa: PLC0415  loads OpenCV

    at = moment_of(options.at) if options.at is not None else None
    if options.place is not None and not re.fullmatch(r"[0-9]{2}", options.place):
        raise WrongCall(f"--place {options.place!r} is not a province code of two digits")
    device = _device(options.trust)
    verifier = verifier_for(device.trust, device.clock if at is None else None)
    return verify(options.files, verifier.judge, at, as_objects=options.json, clock=device.now)


def _decode(options: argparse.Namespace) -> int:
    from scanner_app.cli_decode import decode  # noqa: PLC0415  loads OpenCV

    return decode(options.files, as_objects=options.json)


def _run(options: argparse.Namespace) -> int:
    from scanner_app.cli_run import run  # noqa: PLC0415  loads OpenCV

    if options.each <= 0 or (options.next_after is not None and options.next_after <= 0):
        raise WrongCall("--each and --next-after are seconds, more than 0")
    store = _followed(options.trust)
    known = _enrolled(store)
    settings = Options(
        source=options.source,
        seconds_each=options.each,
        once=options.once,
        language=options.lang,
        post=options.post or (known.post if known else ""),
        next_after=options.next_after,
        size=size_of(options.size),
        fullscreen=options.fullscreen,
        update_every=_minutes(options.update_every, known),
    )
    return run(settings, _device(options.trust), store, events=options.events)


def _update(options: argparse.Namespace) -> int:
    from scanner_app.cli_update import update  # noqa: PLC0415  the one command that may use a network

    return update(options.trust, options.source, options.root, camera=options.camera, reset_time=options.reset_time)


def _enrol(options: argparse.Namespace) -> int:
    from scanner_app.cli_enrol import enrol  # noqa: PLC0415  uses a network

    return enrol(options.trust, options.code)


def _receipt(options: argparse.Namespace) -> int:
    from scanner_app.cli_enrol import receipt  # noqa: PLC0415  the same

    return receipt(options.trust, options.out)


def _trust(options: argparse.Namespace) -> int:
    from scanner_app.cli_update import show  # noqa: PLC0415  the same

    return show(options.trust, as_object=options.json)


def _followed(path: Path | None) -> DeviceStore | None:
    """The device's folder, whose updates the window follows; None for a plain trust file."""
    return DeviceStore(path or INSTALLED) if path is None or not path.is_file() else None


def _enrolled(store: DeviceStore | None) -> Enrolled | None:
    try:
        return enrolled.load(store.root) if store else None
    except KeysError as error:  # no reason to judge no passes
        _say(error, 0)
        return None


def _minutes(asked: float | None, known: Enrolled | None) -> float:
    minutes = (UPDATE_EVERY if known else 0.0) if asked is None else asked
    if not 0 <= minutes <= MOST_MINUTES:
        raise WrongCall(f"--update-every is a number of minutes from 0 to {MOST_MINUTES}")
    if minutes and known is None:
        raise WrongCall("--update-every needs a device that is enrolled; run: checkpoint-scanner enrol")
    return minutes


def _device(path: Path | None) -> DeviceTrust:
    device = chosen(path)
    if device.note:
        sys.stderr.write(f"checkpoint-scanner: {device.note}\n")
    return device


def _say(error: CheckpointError, code: int) -> int:
    known = f" [{error.code}]" if isinstance(error, KeysError) else ""
    sys.stderr.write(f"checkpoint-scanner: {error.message}{known}\n")
    return code


if __name__ == "__main__":
    raise SystemExit(main())
