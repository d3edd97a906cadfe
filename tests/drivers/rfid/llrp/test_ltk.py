"""The codec against the LLRP toolkit's captures: every message of every stream equals its XML."""

import xml.etree.ElementTree as ElementTree

import pytest

from drivers.rfid.llrp.codec import Frame, Framer, Message, Param, decode_frame, encode_message, whole_frame
from drivers.rfid.llrp.fields import Bits, Value
from drivers.rfid.llrp.messages import NUMBERS
from drivers.rfid.llrp.reports import ReportReader
from tests.support.llrp_xml import assert_same, local
from tests.support.shared_data import data_file

STREAMS = [
    "ADD_ACCESSSPEC",
    "ADD_ROSPEC",
    "ADD_ROSPEC2",
    "CUSTOM_MESSAGE1",
    "CUSTOM_MESSAGE2",
    "ENABLE_ROSPEC",
    "GET_READER_CAPABILITIES",
    "GET_READER_CONFIG",
    "READER_EVENT_NOTIFICATION",
    "START_ROSPEC",
    "dx101_a",
    "dx101_b",
    "dx101_e",
]


# The toolkit contradicts itself here: the bytes of ADD_ROSPEC2 hold session 2 (0x80, two highest bits), its XML says 1.
# The 55 sessions above 0 in the generated streams all have it in the two highest bits, as the standard's drawing shows.
ERRATA = {"ADD_ROSPEC2": ("<llrp:Session>1<", "<llrp:Session>2<")}


# a few bytes of text where captures belong; the toolkit renamed the captures to dx101_a
PLACEHOLDERS = {"dx101_a_in", "dx101_a_out"}


def test_every_file_of_the_toolkit_is_compared() -> None:
    there = {path.stem for path in data_file("llrp_ltk/README.txt").parent.iterdir() if path.suffix in (".bin", ".xml")}
    assert there - PLACEHOLDERS == set(STREAMS)


def frames_of(stream: str) -> list[Frame]:
    framer = Framer()
    frames = framer.feed(data_file(f"llrp_ltk/{stream}.bin").read_bytes())
    assert (framer.skipped, framer.waiting) == (0, 0)
    return frames


def elements_of(stream: str) -> list[ElementTree.Element]:
    text = data_file(f"llrp_ltk/{stream}.xml").read_text(encoding="utf-8")
    if stream in ERRATA:
        assert ERRATA[stream][0] in text
        text = text.replace(*ERRATA[stream])
    root = ElementTree.fromstring(text.encode())
    return list(root) if "packetSequence" in root.tag else [root]


@pytest.mark.parametrize("stream", STREAMS)
def test_every_message_equals_its_xml_and_goes_back_to_the_same_bytes(stream: str) -> None:
    frames, elements = frames_of(stream), elements_of(stream)
    assert len(frames) == len(elements)
    for frame, element in zip(frames, elements, strict=True):
        message = decode_frame(frame)
        assert message.name == local(element)
        assert message.id == int(element.attrib["MessageID"])
        assert_same(message, element)
        assert encode_message(message)[10:] == frame.body


@pytest.mark.parametrize("stream", ["dx101_a", "dx101_b", "dx101_e"])
def test_the_fast_path_reads_the_same_as_the_codec(stream: str) -> None:
    reader = ReportReader()
    for frame in frames_of(stream):
        if frame.type != NUMBERS["RO_ACCESS_REPORT"]:
            continue
        reads, _ = reader.decode(frame.body, 7)
        told = [read for read in map(_expected, decode_frame(frame).all("TagReportData")) if read[0]]
        assert reads == told


def _expected(tag: Param) -> tuple[bytes, int, int, int, int]:
    def number(name: str, field: str, default: int) -> int:
        found = tag.first(name)
        return default if found is None else found.number(field)

    epc96, epc_data = tag.first("EPC_96"), tag.first("EPCData")
    epc: Value = b""
    if epc96 is not None:
        epc = epc96.fields["EPC"]
    elif epc_data is not None:
        bits = epc_data.fields["EPC"]
        assert isinstance(bits, Bits)
        epc = bits.data
    assert isinstance(epc, bytes)
    first = number("FirstSeenTimestampUTC", "Microseconds", number("FirstSeenTimestampUptime", "Microseconds", 7))
    uptime = number("LastSeenTimestampUptime", "Microseconds", first)
    last = number("LastSeenTimestampUTC", "Microseconds", first if tag.first("FirstSeenTimestampUTC") else uptime)
    rssi = number("PeakRSSI", "PeakRSSI", -128) * 100
    return epc, number("AntennaID", "AntennaID", 0), rssi, last, number("TagSeenCount", "TagCount", 1)


def test_a_message_of_unknown_type_passes_as_header_and_bytes() -> None:
    frame = Frame(999, 1, 42, b"\x01\x02\x03")
    message = decode_frame(frame)
    assert (message.name, message.id, message.body) == ("MESSAGE_999", 42, b"\x01\x02\x03")
    assert whole_frame(frame)[10:] == b"\x01\x02\x03"


def test_a_message_counts_its_header() -> None:
    assert encode_message(Message("KEEPALIVE_ACK", id=5)) == bytes.fromhex("04480000000a00000005")
