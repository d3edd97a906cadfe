"""LLRP reports from bytes to reads: the shape that a reader repeats, and shapes that change from tag to tag."""

from collections.abc import Callable
from itertools import cycle, islice

from drivers.rfid.llrp.codec import Param, encode_param
from drivers.rfid.llrp.fields import Bits
from drivers.rfid.llrp.reports import ReportReader
from tests.bench.row import Row, rate_row
from tests.bench.run import Run, core_rate, quiet

TAGS_A_REPORT = 100
ROUNDS = 40
EPC = bytes.fromhex("3034257bf7194e4000001a85")
SLLURP = "sllurp 3.0.5 on such a machine:"  # GPL-3, so it isn't installed beside


def usual_tag(epc: bytes, at_us: int, antenna: int = 1, rssi: int = -55) -> list[Param]:
    """What our ROSpec asks of a reader."""
    return [
        Param("EPC_96", {"EPC": epc}),
        Param("AntennaID", {"AntennaID": antenna}),
        Param("PeakRSSI", {"PeakRSSI": rssi}),
        Param("LastSeenTimestampUTC", {"Microseconds": at_us}),
        Param("TagSeenCount", {"TagCount": 1}),
    ]


def tag_bytes(params: list[Param]) -> bytes:
    """One TagReportData."""
    return encode_param(Param("TagReportData", {}, params))


def full_tag(epc: bytes, at_us: int) -> list[Param]:
    """The eight parameters with which sllurp was measured: 131.5 k tags/s, 20 k/s where shapes are mixed."""
    return [
        Param("EPC_96", {"EPC": epc}),
        Param("ROSpecID", {"ROSpecID": 1}),
        Param("AntennaID", {"AntennaID": 1}),
        Param("PeakRSSI", {"PeakRSSI": -55}),
        Param("ChannelIndex", {"ChannelIndex": 2}),
        Param("FirstSeenTimestampUTC", {"Microseconds": at_us}),
        Param("LastSeenTimestampUTC", {"Microseconds": at_us}),
        Param("TagSeenCount", {"TagCount": 3}),
    ]


def _impinj_tag(epc: bytes, at_us: int) -> list[Param]:
    return [
        *usual_tag(epc, at_us),
        Param("ImpinjRFPhaseAngle", {"PhaseAngle": at_us % 4096}),
        Param("ImpinjPeakRSSI", {"RSSI": -5512}),
    ]


# optional ones absent, another order, a long EPC, makers' parameters, an unknown one, a read of the tag's memory
MIXED: tuple[Callable[[bytes, int], list[Param]], ...] = (
    usual_tag,
    full_tag,
    lambda epc, at_us: usual_tag(epc, at_us)[:2],
    lambda epc, at_us: usual_tag(epc, at_us)[::-1],
    _impinj_tag,
    lambda epc, at_us: [Param("EPCData", {"EPC": Bits(198, epc + bytes(13))}), *usual_tag(epc, at_us)[1:]],
    lambda epc, at_us: [*usual_tag(epc, at_us), Param("MotoTagPhase", {"Phase": 77})],
    lambda epc, at_us: [*usual_tag(epc, at_us), Param("Unknown", {"Type": 900, "Data": b"new"})],
    lambda epc, at_us: [*full_tag(epc, at_us), Param("C1G2ReadOpSpecResult", {"OpSpecID": 1, "ReadData": (1, 2)})],
)


def measure(run: Run) -> list[Row]:
    """Bodies of RO_ACCESS_REPORT as they come off the wire, decoded and their clock corrected, on one thread."""
    repeats = run.size(2, 200)
    ours = b"".join(tag_bytes(usual_tag(_epc(n), 1_000_000 + n)) for n in range(TAGS_A_REPORT))
    full = b"".join(tag_bytes(full_tag(_epc(n), 1_000_000 + n)) for n in range(TAGS_A_REPORT))
    mixed = b"".join(tag_bytes(make(_epc(n), n)) for n, make in enumerate(islice(cycle(MIXED), TAGS_A_REPORT)))
    with quiet():
        rates = _rate(full, repeats), _rate(ours, repeats), _rate(mixed, max(1, repeats // 4))
    return [
        rate_row(
            "LLRP decode, usual shape (8 fields)", rates[0], 2_500_000, unit=" tags/s", note=f" ({SLLURP} 131.5 k)"
        ),
        rate_row("LLRP decode, our ROSpec's shape (5 fields)", rates[1], 2_500_000, unit=" tags/s"),
        rate_row(
            f"LLRP decode, {len(MIXED)} mixed shapes", rates[2], 400_000, unit=" tags/s", note=f" ({SLLURP} 20 k)"
        ),
    ]


def _epc(number: int) -> bytes:
    return EPC[:-2] + number.to_bytes(2, "big")


def _rate(body: bytes, repeats: int) -> float:
    reader = ReportReader()
    reader.utc_offset_us = 1_234_567  # no reader's clock is quite right
    reader.decode(body, 0)

    def work() -> int:
        for _ in range(repeats):
            reader.decode(body, 0)
        return repeats * TAGS_A_REPORT

    return core_rate(work, ROUNDS)
