"""Keeps ``None`` alive under PySide6 6.12 on Python 3.11.

Every PySide6 6.12.0 call that returns nothing hands out ``None`` without counting the reference: right from Python 3.12
on, where ``None`` is immortal, but on 3.11 the count sinks with every call until the interpreter aborts with
"deallocating None", within minutes of selling. A count that no shop can use up makes 3.11 behave like 3.12.
"""

import ctypes
import sys

ENOUGH = 1 << 40
"""A million calls a second would need twelve days to use this up."""


def keep_none() -> bool:
    """Raise the count once; True when it was needed and done. Only CPython before 3.12 is touched."""
    if sys.version_info >= (3, 12) or sys.implementation.name != "cpython":
        return False
    count = ctypes.c_ssize_t.from_address(id(None))
    if abs(count.value - sys.getrefcount(None)) > 1000 or count.value > ENOUGH:
        return False  # the count isn't where it was looked for, or is high already
    count.value += 2 * ENOUGH
    return True
