"""No process stays behind when the one that started it is gone."""

import ctypes
import signal
import sys

# From linux/prctl.h.
PR_SET_PDEATHSIG = 1


def die_with_parent():
    """Asks the system to end this process when its parent ends, however that ends.

    Only Linux can; elsewhere a peer ends when its standard input does.
    """
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
