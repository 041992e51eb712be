"""What ``checkpoint-keys revoke KEY --preview`` asks of the register; found through an entry point.

The keys' side stands below this package and never imports it. It reads only, needs none of the
server's secrets, and makes no database.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from sqlalchemy.exc import DBAPIError

from verifier_server.config import database_url, load_settings
from verifier_server.errors import ServerError
from verifier_server.revocation.preview import preview
from verifier_server.revocation.selection import Selection
from verifier_server.storage import Storage, parsed_url


def cost_of_key(instance: Path, kid: str, now: int) -> dict[str, Any]:
    """Count what revoking all passes of a key would change; the members are those of ``keys.register.Cost``.

    :param kid: the key id, 16 hexadecimal digits.
    :raises ServerError: there is no database, or it cannot be used.
    """
    url = database_url(instance, load_settings(instance))
    _refuse_unless_there(url)
    storage = Storage(url)
    try:
        with storage.reading() as session:
            found = preview(session, Selection("key", kid), "revoke", now)
    except DBAPIError as problem:
        reason = str(problem.orig).strip().split("\n", 1)[0]
        raise ServerError(f"The register cannot be used: {reason}.", code="no_register") from problem
    finally:
        storage.close()
    return found.to_json()


def _refuse_unless_there(url: str) -> None:
    address = parsed_url(url)
    # SQLite would make an empty one.
    if address.get_backend_name() == "sqlite" and not Path(address.database or "").is_file():
        raise ServerError(
            f"There is no register at {address.database}: run this on the server's machine, and name the server's "
            "folder with --instance.",
            code="no_register",
        )
