"""Each way in which python-tuf refuses an update, as one stable code and one sentence of ours."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from tuf.api import exceptions as tuf
from tuf.api.serialization import DeserializationError

from keys.client.errors import UpdateRefused
from keys.client.fetch import SourceFetcher
from keys.client.store import of_device
from vaccine_pass.errors import CheckpointError

_ASK = "Ask for a new copy; if it comes again, report it."


@contextmanager
def told(fetcher: SourceFetcher) -> Iterator[None]:
    """Turn what python-tuf raises into an UpdateRefused that names the file; the device's own errors too."""
    try:
        yield
    except CheckpointError:
        raise
    except OSError as error:  # a source's own are refusals by now, so this is the device's storage
        raise of_device(error) from error
    except (tuf.RepositoryError, tuf.DownloadError) as error:
        code, sentence = _of(error, fetcher.last)
        raise UpdateRefused(f"The update is refused: {sentence}", code=code, file=fetcher.last) from error


def _of(error: Exception, file: str) -> tuple[str, str]:
    match error:
        case tuf.DownloadHTTPError():
            return "update_incomplete", f"{file} is missing. The copy is not complete; copy it again, whole."
        case tuf.DownloadLengthMismatchError():
            return "update_too_large", f"{file} is larger than it may be. {_ASK}"
        case tuf.UnsignedMetadataError():
            return "update_not_signed", f"{file} is not signed by enough of the holders that this device trusts. {_ASK}"
        case tuf.LengthOrHashMismatchError():
            return "update_altered", f"{file} is not what was signed: it is cut off or altered. {_ASK}"
        case tuf.ExpiredMetadataError():
            told = f"it is too old by this device's time ({error}). Bring a newer one"
            return "update_expired", f"{told}; `checkpoint-scanner trust` says what that time is, and when it is wrong."
        case tuf.BadVersionNumberError():
            return _of_version(error, file)
        case DeserializationError():
            return "update_malformed", f"{file} cannot be read; it is damaged, or signed twice by one key. {_ASK}"
    return "update_malformed", f"{file} does not fit the rest ({error}). {_ASK}"


def _of_version(error: Exception, file: str) -> tuple[str, str]:
    name = file.rpartition("/")[2]
    if name.endswith(".root.json"):
        return "root_skipped", f"{file} is not the root that comes next. {_ASK}"
    # python-tuf has one error for both; an older state names what must not be lower ("must be >=", and for a
    # snapshot the role's file), mixed states name the one version that was expected.
    rolled_back = ">=" in str(error) or (name.endswith(".snapshot.json") and ".json version" in str(error))
    if rolled_back:
        return "update_rolled_back", f"{file} is older than what this device already holds. {_ASK}"
    return "update_mixed", f"{file} is of another version than the rest ({error}). Copy it again, whole."
