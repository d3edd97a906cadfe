"""Custom parameters of Impinj (25882) and Motorola/Zebra (161) that the driver asks for and reads.

Sources: Impinj Octane LLRP parameters 50 to 68; Zebra interface control guide parameters 708 and 709.
"""

import math
import struct
from typing import Final

from drivers.rfid.llrp.codec import Message, Param, encode_param

IMPINJ: Final = 25882
ZEBRA: Final = 161

IMPINJ_SERIALIZED_TID: Final = 55
IMPINJ_PHASE: Final = 56
IMPINJ_PEAK_RSSI: Final = 57
IMPINJ_DOPPLER: Final = 68
ZEBRA_PHASE: Final = 709

_IMPINJ_CONTENT_SELECTOR: Final = 50
_IMPINJ_ENABLE_PHASE: Final = 52
_IMPINJ_ENABLE_PEAK_RSSI: Final = 53
_IMPINJ_ENABLE_DOPPLER: Final = 67
_ZEBRA_CONTENT_SELECTOR: Final = 708
_ZEBRA_ENABLE_PHASE_BIT: Final = 28  # fourth of the selector's six flags

_IMPINJ_ENABLE_EXTENSIONS: Final = 21


def custom(vendor: int, subtype: int, data: bytes) -> Param:
    """A Custom parameter."""
    return Param("Custom", {"VendorIdentifier": vendor, "ParameterSubtype": subtype, "Data": data})


def enable_impinj_extensions() -> Message:
    """IMPINJ_ENABLE_EXTENSIONS, without which an Impinj reader refuses its own parameters."""
    return Message(
        "CUSTOM_MESSAGE",
        {"VendorIdentifier": IMPINJ, "MessageSubtype": _IMPINJ_ENABLE_EXTENSIONS, "Data": bytes(4)},
    )


def report_content(vendor: int) -> list[Param]:
    """What to add to a ROReportSpec so that this maker's readers tell phase and fine RSSI; empty for others."""
    if vendor == IMPINJ:
        wanted = (_IMPINJ_ENABLE_PHASE, _IMPINJ_ENABLE_PEAK_RSSI, _IMPINJ_ENABLE_DOPPLER)
        inner = b"".join(encode_param(custom(IMPINJ, subtype, b"\x00\x01")) for subtype in wanted)
        return [custom(IMPINJ, _IMPINJ_CONTENT_SELECTOR, inner)]
    if vendor == ZEBRA:
        return [custom(ZEBRA, _ZEBRA_CONTENT_SELECTOR, struct.pack(">I", 1 << _ZEBRA_ENABLE_PHASE_BIT))]
    return []


def impinj_phase_mrad(raw: int) -> int:
    """0 to 4095 for a whole turn."""
    return round(raw * 2000 * math.pi / 4096)


def zebra_phase_mrad(raw: int) -> int:
    """-32768 to 32767 for -180 to 180 degrees; told as 0 to a whole turn."""
    return round((raw % 65536) * 1000 * math.pi / 32768)


def impinj_doppler_mhz(raw: int) -> int:
    """Sixteenths of a hertz, told in millihertz."""
    return raw * 1000 // 16
