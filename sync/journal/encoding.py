"""Facts to the text of a record's body, and back to today's version of the fact."""

from dataclasses import dataclass

import msgspec

from retail.facts import CATALOGUE, Fact
from sync.journal.record import MAX_BODY_BYTES, FactTooLong
from sync.journal.upcast import lift


class Undigestible(ValueError):
    """A body isn't what its kind and version promise; the record goes to quarantine."""


@dataclass(frozen=True, slots=True)
class Unknown:
    """A record of a kind or version that this release doesn't know: kept and parked, never rejected."""

    kind: str
    v: int
    body: str


def encode(fact: Fact) -> str:
    """The JSON text of a fact. Raises :class:`FactTooLong` above 256 KiB."""
    data = msgspec.json.encode(fact)
    if len(data) > MAX_BODY_BYTES:
        raise FactTooLong(fact.KIND, len(data))
    return data.decode()


def is_known(kind: str, v: int) -> bool:
    """Whether this release knows facts of that kind and version."""
    known = CATALOGUE.get(kind)
    return known is not None and v <= known.V


def decode(kind: str, v: int, body: str) -> Fact | Unknown:
    """A record's fact in today's version. Raises :class:`Undigestible` when the body breaks its promise."""
    known = CATALOGUE.get(kind)
    if known is None or v > known.V:
        return Unknown(kind, v, body)
    try:
        if v == known.V:
            return msgspec.json.decode(body, type=known)
        lifted = lift(kind, v, known.V, msgspec.json.decode(body, type=dict[str, object]))
        return Unknown(kind, v, body) if lifted is None else msgspec.convert(lifted, known)
    except (msgspec.DecodeError, UnicodeEncodeError, TypeError, KeyError, ValueError) as error:
        raise Undigestible(f"{kind} v{v}: {error}") from None
