"""The fast path: every order of parameters, vendors' customs, unknown ones, clocks."""

import struct
from itertools import permutations

import pytest

from drivers.rfid.llrp import vendor
from drivers.rfid.llrp.codec import Param, encode_param
from drivers.rfid.llrp.fields import Bits
from drivers.rfid.llrp.reports import ReportReader
from drivers.rfid.readings import NO_RSSI_CDBM

EPC = bytes.fromhex("3034257bf7194e4000001a85")


def usual(serial: int = 0) -> list[Param]:
    return [
        Param("EPC_96", {"EPC": EPC[:-1] + bytes([serial])}),
        Param("AntennaID", {"AntennaID": 3}),
        Param("PeakRSSI", {"PeakRSSI": -61}),
        Param("LastSeenTimestampUTC", {"Microseconds": 1_000_000 + serial}),
        Param("TagSeenCount", {"TagCount": 4}),
    ]


def tag(params: list[Param]) -> bytes:
    return encode_param(Param("TagReportData", {}, params))


def test_a_hundred_tags_of_one_shape() -> None:
    body = b"".join(tag(usual(serial)) for serial in range(100))
    reader = ReportReader()
    for _ in range(2):  # learning the shape, then knowing it
        reads, extras = reader.decode(body, 0)
        assert reads == [(EPC[:-1] + bytes([s]), 3, -6100, 1_000_000 + s, 4) for s in range(100)]
        assert extras == {}


def test_every_order_of_parameters_reads_the_same() -> None:
    reader = ReportReader()
    for params in permutations(usual(7)):
        assert reader.decode(tag(list(params)) * 2, 0)[0] == [(EPC[:-1] + b"\x07", 3, -6100, 1_000_007, 4)] * 2


def test_shapes_mixed_in_one_report_keep_their_order() -> None:
    long_epc = Param("EPCData", {"EPC": Bits(198, bytes(25))})
    body = tag(usual(1)) + tag([long_epc, *usual()[1:]]) + tag(usual(2)) + tag([usual(3)[0]])
    reads, _ = ReportReader().decode(body, 99)
    assert [len(read[0]) for read in reads] == [12, 25, 12, 12]
    assert reads[3] == (EPC[:-1] + b"\x03", 0, NO_RSSI_CDBM, 99, 1)


def test_unknown_and_foreign_parameters_are_skipped() -> None:
    unknown = Param("Unknown", {"Type": 901, "Data": b"future"})
    foreign = vendor.custom(4711, 1, b"whatever")
    reads, extras = ReportReader().decode(tag([unknown, *usual(), foreign]) * 3, 0)
    assert len(reads) == 3
    assert extras == {}


def test_impinj_tells_phase_doppler_fine_rssi_and_tid() -> None:
    customs = [
        vendor.custom(vendor.IMPINJ, vendor.IMPINJ_PHASE, struct.pack(">H", 2048)),
        vendor.custom(vendor.IMPINJ, vendor.IMPINJ_PEAK_RSSI, struct.pack(">h", -6155)),
        vendor.custom(vendor.IMPINJ, vendor.IMPINJ_DOPPLER, struct.pack(">h", -32)),
        vendor.custom(vendor.IMPINJ, vendor.IMPINJ_SERIALIZED_TID, struct.pack(">H", 2) + b"\xe2\x80\x11\x60"),
        Param("ChannelIndex", {"ChannelIndex": 2}),
    ]
    reader = ReportReader()
    reader.channels_khz = (865700, 866300)
    reads, extras = reader.decode(tag([*usual(), *customs]), 0)
    assert reads[0][2] == -6155
    assert extras[0] == (3142, 866300, -2000, b"\xe2\x80\x11\x60")


@pytest.mark.parametrize(("raw", "mrad"), [(0, 0), (0x4000, 1571), (-0x4000, 4712)])
def test_zebra_tells_phase(raw: int, mrad: int) -> None:
    custom = vendor.custom(vendor.ZEBRA, vendor.ZEBRA_PHASE, struct.pack(">h", raw))
    _, extras = ReportReader().decode(tag([*usual(), custom]) * 2, 0)
    assert [extras[index].phase_mrad for index in (0, 1)] == [mrad, mrad]


def test_the_clock_offset_of_utc_and_of_uptime() -> None:
    reader = ReportReader()
    reader.utc_offset_us, reader.uptime_offset_us = 5, 1_000
    epc = usual()[0]
    times = [
        (Param("FirstSeenTimestampUTC", {"Microseconds": 10}), 15),
        (Param("LastSeenTimestampUptime", {"Microseconds": 10}), 1_010),
        (Param("FirstSeenTimestampUptime", {"Microseconds": 10}), 1_010),
    ]
    for param, expected in times:
        assert reader.decode(tag([epc, param]) * 2, 0)[0][1][3] == expected


def test_a_tag_without_epc_and_an_empty_report_give_nothing() -> None:
    empty = Param("EPCData", {"EPC": Bits(0, b"")})
    assert ReportReader().decode(tag([empty, *usual()[1:]]) * 2, 0) == ([], {})
    assert ReportReader().decode(b"", 0) == ([], {})


@pytest.mark.parametrize("shapes", [1, 2])
def test_a_very_long_report_keeps_its_order_and_its_extras(shapes: int) -> None:
    def record(n: int) -> bytes:
        params = [
            Param("EPC_96", {"EPC": n.to_bytes(12, "big")}),
            Param("ImpinjRFPhaseAngle", {"PhaseAngle": n % 4096}),
        ]
        return tag(params if n % shapes else params[::-1])

    body = b"".join(map(record, range(21_000)))
    reads, extras = ReportReader().decode(body, 5)
    assert [read[0] for read in reads] == [n.to_bytes(12, "big") for n in range(21_000)]
    assert [extras[n].phase_mrad for n in (0, 1, 20_999)] == [
        vendor.impinj_phase_mrad(n % 4096) for n in (0, 1, 20_999)
    ]


def test_antennas_and_counts_above_255_are_told_whole() -> None:
    params = [
        Param("EPC_96", {"EPC": EPC}),
        Param("AntennaID", {"AntennaID": 258}),
        Param("TagSeenCount", {"TagCount": 513}),
    ]
    body = tag(usual()) + tag([*params[:2], *usual()[2:4], params[2]])
    assert [(read[1], read[4]) for read in ReportReader().decode(body, 0)[0]] == [(3, 4), (258, 513)]


def test_a_value_told_twice_counts_once() -> None:
    twice = [*usual(), Param("AntennaID", {"AntennaID": 9})]
    assert [read[1] for read in ReportReader().decode(tag(twice) * 2, 0)[0]] == [3, 3]


def test_noise_does_not_make_the_reader_remember_without_end() -> None:
    reader = ReportReader()
    for size in range(1, 3000):
        reader.decode(tag([usual()[0], Param("Unknown", {"Type": 900, "Data": bytes(size)})]), 0)
    assert sum(map(len, reader._shapes.values())) <= 512
    assert reader.decode(tag(usual()), 0)[0]
