"""One session to a PKCS#11 token, behind one lock; opened again once after an error.

PKCS#11 leaves threads to the caller: without a lock, threads crashed SoftHSM
(DESIGN: custody). So a process has one session to a token, and one lock for
each library: whoever uses the token holds it. A wrong PIN is never tried twice,
since a token locks itself after a few. After an error the library is started
anew, which ends the sessions of all its tokens; each notices and opens its own
again. Processes open a token one after the other. Leaves out what is done in a session (``hsm``).
"""

from __future__ import annotations

import fcntl
import os
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import NoReturn, TypeVar

import pkcs11
from pkcs11 import exceptions

from keys.errors import KeysError
from keys.files import read_private, told
from keys.place import TokenPlace
from keys.secret import Secret

Result = TypeVar("Result")
_Stamp = tuple[int, int, int]
_REASONS: dict[type[pkcs11.PKCS11Error], str] = {
    exceptions.GeneralError: "the library does not find it or cannot open it; put it in, or see its own settings",
    exceptions.NoSuchToken: "there is no token with this label",
    exceptions.TokenNotPresent: "the token is not plugged in",
    exceptions.DeviceRemoved: "the token was taken away",
    exceptions.MultipleTokensReturned: "several tokens have this label",
    exceptions.TokenWriteProtected: "the token is write-protected",
    exceptions.DeviceMemory: "the token is full",
    exceptions.PinLocked: "its PIN is locked after too many wrong ones",
    exceptions.UserPinNotInitialized: "it has no user PIN yet",
}


class _Library:
    """A loaded PKCS#11 library: its lock, and how often it was started anew."""

    def __init__(self, path: str) -> None:
        self.path = path
        self.lock = threading.Lock()
        self.starts = 0
        self._stale = False

    def token(self, label: str) -> pkcs11.Token:
        if self._stale:
            # It fails while the library or the token's folder is gone; what follows tries again and says so.
            with suppress(pkcs11.PKCS11Error):
                pkcs11.lib(self.path).reinitialize()
            self._stale = False
        return pkcs11.lib(self.path).get_token(token_label=label)

    def restart(self) -> None:
        """Forget, before the next use, all that the library knew: a token that came back is seen only then."""
        self.starts += 1
        self._stale = True


_LIBRARIES: dict[str, _Library] = {}
_SESSIONS: dict[tuple[str, str, str], TokenSession] = {}
_REGISTRY = threading.Lock()


def session_of(place: TokenPlace) -> TokenSession:
    """This process's one session to the token of a place; nothing is opened before its first use."""
    module = os.path.realpath(place.module)
    with _REGISTRY:
        library = _LIBRARIES.setdefault(module, _Library(module))
        key = (module, place.token, place.pin_file)
        return _SESSIONS.setdefault(key, TokenSession(library, place.token, Path(place.pin_file)))


@contextmanager
def _alone(pin_file: Path) -> Iterator[None]:
    """Hold off the other processes that open this token: all of them have its PIN file in common.

    SoftHSM writes its token's file anew, in place, at each log-in; who reads it at that moment finds no token.
    """
    with told(pin_file):
        descriptor = os.open(pin_file, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


class TokenSession:
    """The one session of this process to one token; safe to share between threads."""

    def __init__(self, library: _Library, label: str, pin_file: Path) -> None:
        self._library = library
        self._label = label
        self._pin_file = pin_file
        self._process = os.getpid()
        self._session: pkcs11.Session | None = None
        self._start = -1
        self._refused_pin: _Stamp | None = None

    def use(self, work: Callable[[pkcs11.Session], Result], *, writing: bool = False) -> Result:
        """Do some work in the session while nobody else uses the library.

        After a token error the work is done once more in a new session.

        :raises KeysError: the library, the token or the PIN is not there, or the token failed twice.
        """
        with self._library.lock:
            try:
                return work(self._opened(writing=writing))
            except pkcs11.PKCS11Error:
                self._drop()
                self._library.restart()
            try:
                return work(self._opened(writing=writing))
            except pkcs11.PKCS11Error as error:
                self._drop()
                failure = error
        raise self._told(failure) from None

    def __repr__(self) -> str:
        return f"<TokenSession {self._label}>"

    def __reduce__(self) -> NoReturn:
        raise TypeError("a session to a token cannot be pickled or copied")

    def _opened(self, *, writing: bool) -> pkcs11.Session:
        if self._process != os.getpid():
            raise RuntimeError("a session to a token does not survive a fork: open the keys in the new process")
        if self._start != self._library.starts:
            self._session = None  # ended with the library's last start; closing it could close another's
        if self._session is not None and writing and not self._session.rw:
            self._drop()
        if self._session is None:
            with _alone(self._pin_file):
                self._session = self._open(writing)
            self._start = self._library.starts
        return self._session

    def _open(self, writing: bool) -> pkcs11.Session:
        pin, stamp = self._pin()
        token = self._library.token(self._label)
        try:
            return token.open(rw=writing, user_pin=pin.unsafe_reveal().decode())
        except exceptions.UserAlreadyLoggedIn:
            return token.open(rw=writing)  # this process has shown the PIN in another session
        except (exceptions.PinIncorrect, exceptions.PinInvalid, exceptions.PinLenRange):
            self._refused_pin = stamp
        raise self._wrong_pin()

    def _pin(self) -> tuple[Secret, _Stamp]:
        with told(self._pin_file):
            status = self._pin_file.stat()
        stamp = (status.st_ino, status.st_mtime_ns, status.st_size)
        if stamp == self._refused_pin:
            raise self._wrong_pin()
        pin = Secret(read_private(self._pin_file).strip())
        if not pin.unsafe_reveal().isascii() or not pin.unsafe_reveal():
            raise KeysError(f"{self._pin_file} holds no PIN in ASCII characters.", code="wrong_pin")
        return pin, stamp

    def _wrong_pin(self) -> KeysError:
        return KeysError(
            f"the PIN in {self._pin_file} is not that of the token {self._label}; it is not tried again "
            "until the file is written anew, because tokens lock after a few wrong ones.",
            code="wrong_pin",
        )

    def _drop(self) -> None:
        session, self._session = self._session, None
        if session is not None and self._start == self._library.starts:
            with suppress(pkcs11.PKCS11Error):  # it failed already: there may be nothing left to close
                session.close()

    def _told(self, error: pkcs11.PKCS11Error) -> KeysError:
        if not Path(self._library.path).exists():
            return KeysError(f"there is no PKCS#11 library {self._library.path}.", code="no_module")
        if isinstance(error, exceptions.NoSuchKey):
            return KeysError(f"the token {self._label} cannot be used: {error}.", code="no_token_key")
        reason = _REASONS.get(type(error), f"it failed ({type(error).__name__})")
        code = "no_token" if isinstance(error, exceptions.NoSuchToken) else "token_failed"
        whose = f"the token {self._label} of {self._library.path}"
        return KeysError(f"{whose} cannot be used: {reason}.", code=code)
