"""Old versions of facts lifted to today's: pure functions ``v -> v + 1`` on the decoded body.

Facts are never rewritten. When the meaning of a fact's body changes, its ``V`` is raised and an upcaster is
registered here; the golden corpus of the tests keeps one body of every version ever shipped.
"""

from collections.abc import Callable

Body = dict[str, object]
Upcaster = Callable[[Body], Body]

_REGISTRY: dict[tuple[str, int], Upcaster] = {}


def upcaster(kind: str, from_v: int) -> Callable[[Upcaster], Upcaster]:
    """Register a function that turns a body of version ``from_v`` into one of ``from_v + 1``."""

    def register(lift_one: Upcaster) -> Upcaster:
        if (kind, from_v) in _REGISTRY:
            raise ValueError(f"{kind} v{from_v} has an upcaster already")
        _REGISTRY[kind, from_v] = lift_one
        return lift_one

    return register


def lift(kind: str, v: int, to: int, body: Body) -> Body | None:
    """``body`` of version ``v`` as version ``to``; None if a step on the way isn't registered."""
    while v < to:
        step = _REGISTRY.get((kind, v))
        if step is None:
            return None
        body = step(body)
        v += 1
    return body
