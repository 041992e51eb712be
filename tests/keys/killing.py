"""Something happens just before the n-th change to the disk: kill -9, or a full card. In a child process.

Python's audit events name each change, so that no step is left out and nothing depends on timing.
"""

import errno
import os
import signal
import sys

CHANGES = {"os.link", "os.symlink", "os.rename", "os.remove", "os.mkdir", "os.rmdir", "shutil.rmtree"}
WRITING = os.O_CREAT | os.O_WRONLY | os.O_RDWR
THROUGH, FAILED = 100, 3
"""Exit codes of a child: it never came to the step; it raised something."""


def is_change(event, arguments):
    """True for an audit event that changes the disk, or opens a file to do so."""
    writes = event == "open" and isinstance(arguments[2], int) and arguments[2] & WRITING
    return event in CHANGES or bool(writes)


def kill():
    os.kill(os.getpid(), signal.SIGKILL)


def no_room():
    raise OSError(errno.ENOSPC, "No space left on device")


def at_step(work, step, act, counts=is_change):
    """Run `work` in a child that calls `act` just before its step-th change.

    Its exit code: what `work` returned, minus the signal that ended it, or THROUGH when it never came to that step.
    """
    child = os.fork()
    if child == 0:
        code = FAILED  # a forked child must never return into pytest
        try:
            acted = _before_change(step, act, counts)
            code = work()
            code = code if acted() else THROUGH
        finally:
            os._exit(code)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def survives(action, step, is_change=is_change):
    """Run the action in a child that kills itself before its step-th change; True when it got through.

    `is_change(event, arguments)` says which audit events count.
    """

    def work():
        action()
        return 0

    code = at_step(work, step, kill, is_change)
    assert code in {THROUGH, -signal.SIGKILL}
    return code == THROUGH


def _before_change(step, act, counts):
    left = step

    def hook(event, arguments):
        nonlocal left
        if counts(event, arguments):
            left -= 1
            if left == 0:
                act()

    sys.addaudithook(hook)
    return lambda: left <= 0
