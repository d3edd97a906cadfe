"""A chain of signed documents: gapless numbers, each document carries the signature of the one before.

The payload is canonical JSON (RFC 8785) and is kept as the exact text that was signed; the signature is ES256
(ECDSA on P-256 with SHA-256), raw r and s, base64url without padding, as in a JSON Web Signature.
"""

import binascii
import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Literal, cast

import rfc8785

from retail.errors import Impossible
from retail.facts import FiscalStamp

Chain = Literal[
    "ticket", "invoice", "payment_proof", "copy", "closing", "event", "archive", "training",
]  # fmt: skip
CHAINS: tuple[Chain, ...] = (
    "ticket", "invoice", "payment_proof", "copy", "closing", "event", "archive", "training",
)  # fmt: skip

SIGNATURE_BYTES = 64

Sign = Callable[[bytes], bytes]
"""signs bytes with the till's key: 64 bytes, r then s"""
Verify = Callable[[bytes, bytes, str], bool]
"""(data, 64 bytes of signature, key id) -> whether the signature holds"""


@dataclass(frozen=True, slots=True)
class Head:
    """The last document of a chain; number 0 is an empty chain."""

    number: int = 0
    signature: str = ""


@dataclass(frozen=True, slots=True)
class Signer:
    """The key that signs, by its id, and how to sign with it."""

    key: str
    sign: Sign


def canonical(document: Mapping[str, object]) -> str:
    """The canonical text of a document."""
    return rfc8785.dumps(cast(Any, dict(document))).decode()


def append(head: Head, chain: Chain, body: Mapping[str, object], signer: Signer) -> FiscalStamp:
    """Sign the next document of a chain."""
    number = head.number + 1
    document = {
        **body,
        "chain": chain,
        "number": number,
        "first": head.number == 0,
        "previous": head.signature,
        "key": signer.key,
    }
    payload = canonical(document)
    signature = signer.sign(payload.encode())
    if len(signature) != SIGNATURE_BYTES:
        raise Impossible(f"an ES256 signature has {SIGNATURE_BYTES} bytes, not {len(signature)}")
    return FiscalStamp(chain=chain, number=number, payload=payload, signature=encode(signature), key=signer.key)


def head_of(stamp: FiscalStamp) -> Head:
    """The head of a chain that ends with this document."""
    return Head(stamp.number, stamp.signature)


def encode(signature: bytes) -> str:
    """Base64url without padding."""
    return urlsafe_b64encode(signature).rstrip(b"=").decode()


def decode(text: str) -> bytes:
    """Bytes of base64url without padding; ValueError if it isn't that."""
    try:
        return urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except (binascii.Error, UnicodeEncodeError) as error:
        raise ValueError(f"not base64url: {text!r}") from error


def extract(signature: str) -> str:
    """The characters 3, 7, 13 and 19 of a signature, which a ticket prints."""
    return "".join(signature[i - 1] for i in (3, 7, 13, 19) if len(signature) >= i)


class Fault(StrEnum):
    """What can be wrong with a document of a chain."""

    GAP = "gap"
    PREVIOUS = "previous"
    FIRST = "first"
    CHAIN = "chain"
    PAYLOAD = "payload"
    NOT_CANONICAL = "not_canonical"
    SIGNATURE = "signature"
    TOTALS = "totals"


@dataclass(frozen=True, slots=True)
class BadDocument:
    """The first document that doesn't hold."""

    chain: str
    number: int
    fault: Fault


@dataclass(frozen=True, slots=True)
class Verdict:
    """How far a chain holds: ``checked`` documents were looked at, ``head`` is the last good one."""

    checked: int
    head: Head
    bad: BadDocument | None = None

    @property
    def holds(self) -> bool:
        """Whether everything is in order."""
        return self.bad is None


def verify_chain(stamps: Iterable[FiscalStamp], verify: Verify, *, after: Head = Head()) -> Verdict:
    """Check consecutive documents of one chain; ``after`` is the head before the first of them."""
    head, checked, chain = after, 0, ""
    for stamp in stamps:
        chain = chain or stamp.chain
        checked += 1
        fault = _fault(stamp, head, chain, verify)
        if fault is not None:
            return Verdict(checked, head, BadDocument(stamp.chain, stamp.number, fault))
        head = head_of(stamp)
    return Verdict(checked, head)


def read_payload(stamp: FiscalStamp) -> dict[str, Any] | None:
    """The signed document, or nothing if the text isn't a JSON object."""
    try:
        document = json.loads(stamp.payload)
    except ValueError:
        return None
    return document if isinstance(document, dict) else None


def _fault(stamp: FiscalStamp, head: Head, chain: str, verify: Verify) -> Fault | None:
    document = read_payload(stamp)
    if document is None:
        return Fault.PAYLOAD
    if stamp.chain != chain or document.get("chain") != chain:
        return Fault.CHAIN
    if stamp.number != head.number + 1 or document.get("number") != stamp.number:
        return Fault.GAP
    if document.get("previous") != head.signature:
        return Fault.PREVIOUS
    if document.get("first") != (head.number == 0):
        return Fault.FIRST
    if not _is_canonical(document, stamp.payload):
        return Fault.NOT_CANONICAL
    return None if _signed(stamp, verify) else Fault.SIGNATURE


_compact = json.JSONEncoder(ensure_ascii=False, allow_nan=False, separators=(",", ":"), sort_keys=True).encode


def _is_canonical(document: dict[str, Any], payload: str) -> bool:
    """Whether the text is canonical.

    For texts and whole numbers the standard encoder writes the same, ten times faster; fractions, which we never
    sign, are where it differs, and they are left to the library.
    """
    if not _has_fraction(document) and _compact(document) == payload:
        return True
    try:
        return canonical(document) == payload
    except rfc8785.CanonicalizationError:
        return False


def _has_fraction(value: object) -> bool:
    if isinstance(value, dict):
        return any(map(_has_fraction, value.values()))
    if isinstance(value, list):
        return any(map(_has_fraction, value))
    return isinstance(value, float)


def _signed(stamp: FiscalStamp, verify: Verify) -> bool:
    try:
        signature = decode(stamp.signature)
    except ValueError:
        return False
    return len(signature) == SIGNATURE_BYTES and verify(stamp.payload.encode(), signature, stamp.key)
