"""Which readers can sound a siren: a gate that is given an output that nothing drives would be silent in earnest."""

from collections.abc import Mapping
from typing import Final

_NONE: Final = frozenset({"chafon-serial", "zebra-handheld"})
"""kinds whose readers have no outputs that are driven"""
_BACK: Final = frozenset({"impinj-mqtt", "impinj-webhook"})
"""kinds that tell by one way and are told by another, which has to be given"""
_PORTS: Final[Mapping[str, int]] = {"r2000": 2, "thingmagic": 4}
"""kinds of which it is known how many outputs they have; others say so when they are connected"""


def wrong_output(kind: str, options: Mapping[str, object], port: int) -> str:
    """Why a reader can't drive this output, and what to do; empty if it can, as far as is known before it answers."""
    if kind in _NONE:
        return f"a reader of kind {kind} has no outputs: take gpo away, or let another reader of this gate have it"
    if kind in _BACK and not options.get("api"):
        return f'a reader of kind {kind} is told over its own address: give it as api in options ("https://10.0.0.7")'
    if port > _PORTS.get(kind, port):
        return f"a reader of kind {kind} has outputs 1 to {_PORTS[kind]}, not {port}: choose one of them"
    return ""
