"""A run of one batch in a process of its own that kills itself as it begins its n-th commit.

Called by the tests as a program: ``revoke|reissue URL BATCH KEYS NOW COMMIT``.
"""

import os
import signal
import sys
from pathlib import Path

from sqlalchemy import event
from sqlalchemy.engine import Engine

from keys.signers import SigningDesk
from keys.store import KeyStore
from verifier_server.bulk.run import Office
from verifier_server.passes.desk import IssuingDesk
from verifier_server.passes.serials import SerialStock
from verifier_server.revocation import reissue, work
from verifier_server.storage import Storage

from ..conftest import SECRET

CHUNK = 4


def main(what, url, batch, keys, now, commit):
    """Run the batch in small chunks, and die on the way."""
    left = int(commit)

    def die_at_the_last(_connection):
        nonlocal left
        left -= 1
        if left == 0:
            os.kill(os.getpid(), signal.SIGKILL)

    event.listen(Engine, "commit", die_at_the_last)
    work.CHUNK = reissue.CHUNK = CHUNK
    storage = Storage(url)
    if what == "revoke":
        work.carry_out(storage, int(batch), now=int(now))
        return
    desk = IssuingDesk(SigningDesk(KeyStore(Path(keys))), SerialStock(storage, SECRET))
    reissue.reissue(Office(storage, desk, lambda: float(now)), int(batch))


if __name__ == "__main__":
    main(*sys.argv[1:])
