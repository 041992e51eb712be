"""kill -9 before the n-th change to the disk, in a child process; Python's audit events name each one."""

import os
import signal
import sys


def survives(action, step, is_change):
    """Run the action in a child that kills itself before its step-th change; True when it got through.

    `is_change(event, arguments)` says which audit events count.
    """
    child = os.fork()
    if child == 0:
        _die_before(step, is_change)
        try:
            action()
        except BaseException:  # noqa: BLE001 - a forked child must never return into pytest
            os._exit(3)
        os._exit(0)
    status = os.waitpid(child, 0)[1]
    if os.WIFSIGNALED(status):
        assert os.WTERMSIG(status) == signal.SIGKILL
        return False
    assert os.waitstatus_to_exitcode(status) == 0
    return True


def _die_before(step, is_change):
    left = step

    def hook(event, arguments):
        nonlocal left
        if is_change(event, arguments):
            left -= 1
            if left == 0:
                os.kill(os.getpid(), signal.SIGKILL)

    sys.addaudithook(hook)
