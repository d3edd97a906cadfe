"""Problems of the protocol (RFC 9457): stable types, on which alone a client acts."""

from collections.abc import Mapping

import msgspec

MEDIA_TYPE = "application/problem+json"
_PREFIX = "/problems/"

PROBLEMS: dict[str, tuple[int, str]] = {
    "malformed": (400, "The message isn't what the protocol says"),
    "invalid-document": (400, "The document isn't valid EPCIS 2.0"),
    "invalid-query": (400, "The query isn't understood"),
    "not-enrolled": (403, "This device isn't enrolled here"),
    "revoked": (403, "This device's enrolment was revoked"),
    "bad-request-signature": (403, "The request isn't signed by the device that it names"),
    "stale-request": (403, "The request isn't of this moment, or came before"),
    "not-allowed": (403, "This device may not do that"),
    "not-found": (404, "There is no such thing here"),
    "not-acceptable": (406, "This version isn't spoken here"),
    "sequence-gap": (409, "Records before these are missing"),
    "fork": (409, "Another record has this number already"),
    "conflict": (409, "The present state doesn't allow it"),
    "snapshot-required": (410, "The cursor is too old for deltas"),
    "batch-too-large": (413, "The batch is larger than the protocol allows"),
    "unsupported-media": (415, "This kind of content isn't read here"),
    "chain-broken": (422, "The records don't chain"),
    "bad-signature": (422, "The log's signature isn't the device's"),
    "idempotency-mismatch": (422, "The same key came with another body"),
    "protocol-too-old": (426, "This protocol version isn't served any more"),
    "internal": (500, "Something went wrong here"),
    "busy": (503, "Too busy, try again"),
    "storage-full": (507, "The disk is full"),
}
"""type -> (status, title)"""


class Problem(Exception):
    """An answer that says what is wrong. ``fields`` are the members that its type promises."""

    def __init__(self, type: str, status: int | None = None, **fields: object) -> None:
        known_status, self.title = PROBLEMS.get(type, (500, type))
        self.type = type
        self.status = known_status if status is None else status
        self.fields = fields
        detail = "; ".join(f"{name}: {value}" for name, value in fields.items())
        super().__init__(f"{type} ({self.status}){': ' + detail if detail else ''}")

    def body(self) -> bytes:
        """The ``application/problem+json`` text."""
        return msgspec.json.encode(
            {"type": _PREFIX + self.type, "title": self.title, "status": self.status, **self.fields}
        )


def parse(status: int, body: bytes) -> Problem:
    """The problem of a response; one that can't be read becomes ``internal`` or ``malformed`` by its status."""
    try:
        said = msgspec.json.decode(body, type=dict[str, object])
    except msgspec.DecodeError:
        return Problem("internal" if status >= 500 else "malformed", status)
    fields = {name: value for name, value in said.items() if name not in ("type", "title", "status")}
    return Problem(str(said.get("type", "internal")).removeprefix(_PREFIX), status, **_named(fields))


def _named(fields: Mapping[str, object]) -> dict[str, object]:
    return {name: value for name, value in fields.items() if name.isidentifier()}
