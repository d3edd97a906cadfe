"""The code that a customer shows to collect an order: signed, so that a till checks it without any network.

``CP1-<base 32 of order and number>-<base 32 of the signature>``: capitals, digits and hyphens only, the alphabet of
small QR codes and of scanners that type.
"""

from base64 import b32decode, b32encode
from binascii import Error as NotBase32
from collections.abc import Callable
from enum import StrEnum
from typing import NamedTuple

from retail.errors import Refused

_PREFIX = "CP1"
_DOMAIN = b"comptoir-pickup/1\n"
_LONGEST = 512


class CodeReason(StrEnum):
    """Why a pickup code isn't accepted."""

    NOT_A_CODE = "not_a_code"
    WRONG_SIGNATURE = "wrong_signature"


class PickupCode(NamedTuple):
    """What a genuine code says."""

    order: str
    number: str


def looks_like_code(text: str) -> bool:
    """Say whether a scan is a pickup code at all, genuine or not."""
    return text.strip().upper().startswith(f"{_PREFIX}-")


def make_code(order: str, number: str, sign: Callable[[bytes], bytes]) -> str:
    """Return the text of an order's QR code, signed by the ledger's key."""
    payload = f"{order}\n{number}".encode()
    return f"{_PREFIX}-{_text(payload)}-{_text(sign(_DOMAIN + payload))}"


def read_code(text: str, verify: Callable[[bytes, bytes], bool]) -> PickupCode:
    """Check a scanned code; ``verify(data, signature)`` knows the ledger's public key.

    Refused when it isn't a pickup code, or when the signature isn't the ledger's.
    """
    parts = text.strip().upper().split("-")
    if len(text) > _LONGEST or len(parts) != 3 or parts[0] != _PREFIX:
        raise Refused(CodeReason.NOT_A_CODE, "this isn't a pickup code")
    try:
        payload, signature = _bytes(parts[1]), _bytes(parts[2])
        order, number = payload.decode().split("\n")
    except (NotBase32, ValueError):
        raise Refused(CodeReason.NOT_A_CODE, "this pickup code is damaged") from None
    if not verify(_DOMAIN + payload, signature):
        raise Refused(CodeReason.WRONG_SIGNATURE, "this pickup code wasn't made by us")
    return PickupCode(order, number)


def _text(data: bytes) -> str:
    return b32encode(data).decode().rstrip("=")


def _bytes(text: str) -> bytes:
    return b32decode(text + "=" * (-len(text) % 8))
