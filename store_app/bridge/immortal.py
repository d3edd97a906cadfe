"""Keeps ``None``, ``True`` and ``False`` alive under PySide6 6.12 on Python 3.11.

Every PySide6 6.12.0 call that returns nothing hands out ``None`` without counting the reference, and some do so with a
truth value: right from Python 3.12 on, where these are immortal, but on 3.11 the count sinks with every call until the
interpreter aborts with "deallocating None" within minutes of selling, or "deallocating True or False" after hours.
A count that no shop can use up makes 3.11 behave like 3.12.
"""

import ctypes
import sys

ENOUGH = 1 << 40
"""A million calls a second would need twelve days to use this up."""


def keep_constants() -> bool:
    """Raise the counts once; True when it was needed and done. Only CPython before 3.12 is touched."""
    if sys.version_info >= (3, 12) or sys.implementation.name != "cpython":
        return False
    kept = [_keep(constant) for constant in (None, True, False)]
    return all(kept)


def _keep(constant: object) -> bool:
    count = ctypes.c_ssize_t.from_address(id(constant))
    if abs(count.value - sys.getrefcount(constant)) > 1000 or count.value > ENOUGH:
        return False  # the count isn't where it was looked for, or is high already
    count.value += 2 * ENOUGH
    return True
