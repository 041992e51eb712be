"""A SoftHSM2 of a test's own: a token folder, its configuration, a token, and its PIN in a file."""

import os
import subprocess
from dataclasses import dataclass
from pathlib import Path

from keys.place import TokenPlace

MODULE = Path("/usr/lib/softhsm/libsofthsm2.so")
LABEL, PIN, SO_PIN = "vn-signers", "29384756", "10203040"


@dataclass(frozen=True)
class SoftToken:
    """Where one token's files lie."""

    folder: Path

    @property
    def configuration(self):
        return self.folder / "softhsm2.conf"

    @property
    def tokens(self):
        return self.folder / "tokens"

    @property
    def pin_file(self):
        return self.folder / "pin"

    @property
    def place(self):
        return TokenPlace(str(MODULE), LABEL, str(self.pin_file))

    @property
    def options(self):
        return ("--custody", "pkcs11", "--module", MODULE, "--token", LABEL, "--pin-file", self.pin_file)


def make_token(folder):
    """Make an empty token in a folder; `softhsm2-util` does what an administrator does."""
    token = SoftToken(folder)
    token.tokens.mkdir(parents=True)
    token.configuration.write_text(
        f"directories.tokendir = {token.tokens}\nobjectstore.backend = file\nlog.level = ERROR\n"
    )
    write_pin(token, PIN)
    subprocess.run(
        ["softhsm2-util", "--init-token", "--free", "--label", LABEL, "--pin", PIN, "--so-pin", SO_PIN],
        env={**os.environ, "SOFTHSM2_CONF": str(token.configuration)},
        check=True,
        capture_output=True,
    )
    return token


def write_pin(token, pin):
    """Put a PIN into the token's file, with mode 0600."""
    token.pin_file.unlink(missing_ok=True)
    token.pin_file.touch(mode=0o600)
    token.pin_file.write_text(f"{pin}\n")
