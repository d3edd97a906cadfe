"""What the driver asks of Impinj (25882) and Motorola/Zebra (161) readers beyond the standard, and what it reads.

Sources: Impinj Octane LLRP parameters 21, 37 and 50 to 68; Zebra interface control guide parameters 708 and 709.
"""

import math
from typing import Final

from drivers.rfid.llrp.codec import Message, Param
from drivers.rfid.llrp.customs import CUSTOMS

__all__ = ["CUSTOMS", "IMPINJ", "ZEBRA"]

IMPINJ: Final = 25882
ZEBRA: Final = 161

IMPINJ_SERIALIZED_TID: Final = 55
IMPINJ_PHASE: Final = 56
IMPINJ_PEAK_RSSI: Final = 57
IMPINJ_DOPPLER: Final = 68
ZEBRA_PHASE: Final = 709

_IMPINJ_ENABLE_EXTENSIONS: Final = 21
_IMPINJ_TEMPERATURE: Final = 2004
_ONLY_IDENTIFICATION: Final = 1  # the standard part must name something; this is the shortest


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
        wanted = [
            Param("ImpinjEnableRFPhaseAngle", {"RFPhaseAngleMode": 1}),
            Param("ImpinjEnablePeakRSSI", {"PeakRSSIMode": 1}),
            Param("ImpinjEnableRFDopplerFrequency", {"RFDopplerFrequencyMode": 1}),
        ]
        return [Param("ImpinjTagReportContentSelector", {}, wanted)]
    if vendor == ZEBRA:
        return [Param("MotoTagReportContentSelector", {"EnablePhase": 1})]
    return []


def ask_temperature() -> Message:
    """GET_READER_CONFIG for an Impinj reader's temperature alone."""
    wanted = Param("ImpinjRequestedData", {"RequestedData": _IMPINJ_TEMPERATURE})
    return Message("GET_READER_CONFIG", {"RequestedData": _ONLY_IDENTIFICATION}, [wanted])


def impinj_phase_mrad(raw: int) -> int:
    """0 to 4095 for a whole turn."""
    return round(raw * 2000 * math.pi / 4096)


def zebra_phase_mrad(raw: int) -> int:
    """-32768 to 32767 for -180 to 180 degrees; told as 0 to a whole turn."""
    return round((raw % 65536) * 1000 * math.pi / 32768)


def impinj_doppler_mhz(raw: int) -> int:
    """Sixteenths of a hertz, told in millihertz."""
    return raw * 1000 // 16
