"""From the bits of a tag to what they say, by the header in the first byte."""

from collections.abc import Callable

from retail.epc.plus import decode_dsgtin_plus, decode_sgtin_plus
from retail.epc.refused import EpcReason, EpcRefused
from retail.epc.schemes import SCHEMES, Scheme
from retail.epc.sgtin import decode_sgtin96, decode_sgtin198
from retail.epc.tag import Tag

_ITEM_DECODERS: dict[int, Callable[[bytes], Tag]] = {
    0x30: decode_sgtin96,
    0x36: decode_sgtin198,
    0xF7: decode_sgtin_plus,
    0xFB: decode_dsgtin_plus,
}


def decode(epc: bytes) -> Tag:
    """Read an EPC as it lies on the tag, header first.

    Bits after the scheme's own are filler. Schemes of TDS 2.2 that name no item give a tag without a unit.
    Raises :class:`EpcRefused` for everything that the standard doesn't allow; never anything else.
    """
    if not epc or not any(epc):
        raise EpcRefused(EpcReason.EMPTY, "the EPC is empty or all zeros")
    decoder = _ITEM_DECODERS.get(epc[0])
    if decoder is not None:
        return decoder(epc)
    scheme = SCHEMES.get(epc[0])
    if scheme is None:
        raise EpcRefused(EpcReason.UNKNOWN_HEADER, f"header {epc[0]:02X} isn't in TDS 2.2", header=epc[0])
    return _recognised(scheme, epc)


def decode_hex(text: str) -> Tag:
    """Read an EPC in hexadecimal; an odd digit is completed by a zero, since it stands for the first bits."""
    try:
        epc = bytes.fromhex(text if len(text) % 2 == 0 else text + "0")
    except ValueError:
        raise EpcRefused(EpcReason.BAD_CHARACTERS, f"not hexadecimal: {text[:64]!r}") from None
    return decode(epc)


def _recognised(scheme: Scheme, epc: bytes) -> Tag:
    if scheme.bits is not None and len(epc) * 8 < scheme.bits:
        raise EpcRefused(EpcReason.TRUNCATED, f"{scheme.name} has {scheme.bits} bits, here are {len(epc) * 8}")
    digits = epc.hex().upper()
    return Tag(scheme.name, None, f"urn:epc:raw:{len(epc) * 8}.x{digits}", digits)
