"""The symbology byte of SSI as AIM id (ISO/IEC 15424).

Zebra's numbers stand in the product reference guides of its scanners (SSI, symbol code identifiers). Kinds that aren't
listed are told without an AIM id.
"""

from typing import Final

from drivers.scanners.upc import upc_a_of

CODE_39, CODABAR, CODE_128, ITF, UPC_A, UPC_E = 0x01, 0x02, 0x03, 0x06, 0x08, 0x09
EAN_8, EAN_13, GS1_128, UPC_E1, PDF417 = 0x0A, 0x0B, 0x0F, 0x10, 0x11
DATA_MATRIX, QR, GS1_DATA_MATRIX, GS1_QR, DOT_CODE = 0x1B, 0x1C, 0xC1, 0xC2, 0xC4
_UPC_E_KINDS: Final = (UPC_E, UPC_E1)

AIM: Final[dict[int, str]] = {
    CODE_39: "]A0", 0x13: "]A4", CODABAR: "]F0", 0x18: "]F0", CODE_128: "]C0", 0x04: "]S0", 0x05: "]R0",
    ITF: "]I0", 0x07: "]G0", UPC_A: "]E0", UPC_E: "]E0", UPC_E1: "]E0", EAN_8: "]E4", EAN_13: "]E0",
    0x0C: "]H0", 0x0D: "]T0", 0x0E: "]M0", GS1_128: "]C1", PDF417: "]L0", 0x12: "]K0", 0x15: "]X0",
    0x16: "]X0", 0x19: "]C0", 0x21: "]C4", 0x1A: "]L3", DATA_MATRIX: "]d1", QR: "]Q1", 0x20: "]X0",
    0x25: "]U0", 0x28: "]L0", 0x29: "]Q1", 0x2C: "]Q1", 0x2D: "]z0", 0x2E: "]zC",
    0x30: "]e0", 0x31: "]e0", 0x32: "]e0", 0x36: "]X0", 0x39: "]X0",
    # with an add-on of two or five digits
    0x48: "]E3", 0x49: "]E3", 0x4B: "]E3", 0x50: "]E3", 0x88: "]E3", 0x89: "]E3", 0x8B: "]E3", 0x90: "]E3",
    # composites: the linear part first
    0x51: "]e0", 0x54: "]e0", 0x55: "]e0", 0x56: "]e0", 0x59: "]e0", 0x61: "]e0", 0x64: "]e0", 0x65: "]e0",
    0x66: "]e0",
    0x72: "]X0", 0x73: "]X0", 0xB7: "]h0", GS1_DATA_MATRIX: "]d2", GS1_QR: "]Q3", DOT_CODE: "]J0",
}  # fmt: skip

KIND_OF_AIM: Final[dict[str, int]] = {
    "]E0": EAN_13, "]E4": EAN_8, "]C1": GS1_128, "]C0": CODE_128, "]A0": CODE_39, "]I0": ITF, "]e0": 0x30,
    "]d2": GS1_DATA_MATRIX, "]d1": DATA_MATRIX, "]Q3": GS1_QR, "]Q1": QR, "]L0": PDF417, "]J0": DOT_CODE,
}  # fmt: skip
"""What a twin sends for an AIM id."""


def aim_of(kind: int) -> str:
    """The AIM id of an SSI code type; empty for a type that isn't known."""
    return AIM.get(kind, "")


def text_of(kind: int, text: str) -> str:
    """The code as the AIM id has it: UPC-E is written out."""
    return upc_a_of(text) if kind in _UPC_E_KINDS else text
