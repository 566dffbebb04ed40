"""Starting child processes that cannot outlive the process that started them.

A supervisor that is killed with -9 gets no chance to clean up, so the kernel does it: each child asks (Linux)
to be signalled at the death of its parent. The request is made between fork and exec, after any change of
user, which would clear it. The kernel means the parent's thread: start children from the main thread.
"""

import ctypes
import os
import pwd
import signal
import subprocess
import sys
from collections.abc import Sequence
from typing import Any

PR_SET_PDEATHSIG = 1
_libc = ctypes.CDLL(None, use_errno=True) if sys.platform == "linux" else None


def spawn(
    argv: Sequence[str | os.PathLike[str]],
    *,
    signal_at_parents_death: signal.Signals = signal.SIGTERM,
    account: pwd.struct_passwd | None = None,
    **options: Any,
) -> subprocess.Popen[bytes]:
    """Start `argv` in its own session (Ctrl-C does not reach it), as `account` where one is given."""
    parent = os.getpid()

    def in_the_child() -> None:
        if _libc is not None:
            _libc.prctl(PR_SET_PDEATHSIG, int(signal_at_parents_death), 0, 0, 0)
            if os.getppid() != parent:  # it died before the request: nobody is left to signal us
                os._exit(1)

    if account is not None:
        options |= {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []}
    return subprocess.Popen(
        [os.fspath(word) for word in argv],
        stdin=subprocess.DEVNULL,
        start_new_session=True,
        preexec_fn=in_the_child,
        **options,
    )
