"""LLRP reports from bytes to reads: the shape that a reader repeats, and shapes that change from tag to tag."""

from collections.abc import Callable
from itertools import cycle, islice

from drivers.rfid.llrp import vendor
from drivers.rfid.llrp.codec import Param, encode_param
from drivers.rfid.llrp.reports import ReportReader
from tests.bench.row import Row, rate_row
from tests.bench.run import Run, core_rate, quiet

TAGS_A_REPORT = 200
EPC = bytes.fromhex("3034257bf7194e4000001a85")


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


def measure(run: Run) -> list[Row]:
    """Bodies of RO_ACCESS_REPORT as they come off the wire, decoded on one thread."""
    repeats = run.size(2, 1_000)
    usual = b"".join(tag_bytes(usual_tag(_epc(n), 1_000_000 + n)) for n in range(TAGS_A_REPORT))
    shapes: list[Callable[[int], list[Param]]] = [
        lambda n: usual_tag(_epc(n), n),
        lambda n: usual_tag(_epc(n), n)[:2],
        lambda n: usual_tag(_epc(n), n)[::-1],
        lambda n: [*usual_tag(_epc(n), n), vendor.custom(vendor.IMPINJ, vendor.IMPINJ_PEAK_RSSI, b"\xea\x00")],
    ]
    mixed = b"".join(tag_bytes(make(n)) for n, make in enumerate(islice(cycle(shapes), TAGS_A_REPORT)))
    with quiet():
        one, many = _rate(usual, repeats), _rate(mixed, max(1, repeats // 5))
    return [
        rate_row("LLRP decode, usual shape", one, 2_500_000, unit=" tags/s"),
        rate_row("LLRP decode, mixed shapes", many, 400_000, unit=" tags/s"),
    ]


def _epc(number: int) -> bytes:
    return EPC[:-2] + number.to_bytes(2, "big")


def _rate(body: bytes, repeats: int) -> float:
    reader = ReportReader()
    reader.decode(body, 0)

    def work() -> int:
        for _ in range(repeats):
            reader.decode(body, 0)
        return repeats * TAGS_A_REPORT

    return core_rate(work)
