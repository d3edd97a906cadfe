"""LLRP 1.1, negotiated where both sides have it; makers' parameters by their own names."""

import pytest

from drivers.errors import Garbled
from drivers.rfid.llrp.codec import Frame, Message, Param, decode_frame, encode_message, encode_param
from drivers.rfid.llrp.customs import CUSTOM_NAMES
from drivers.rfid.llrp.device import Model
from drivers.rfid.llrp.fields import Bits, Value
from drivers.rfid.llrp.parameters import V1_0_1, V1_1, Tables
from drivers.rfid.llrp.twin import LlrpTwin
from tests.support.llrp_rigs import TAG, reading, running, sent
from tests.support.reader_rigs import await_read

KIND_VALUES: dict[str, Value] = {
    "u1": 1, "u2": 2, "u8": 200, "s8": -7, "u16": 40_000, "s16": -300, "u32": 3_000_000_000, "s32": -3, "u64": 1 << 60,
    "u96": bytes(range(12)), "u1v": Bits(12, b"\xab\xc0"), "u8v": b"\x01\x02", "u16v": (1, 65_535), "u32v": (7,),
    "utf8v": "é ok", "rest": b"tail",
}  # fmt: skip


def filled(fields: list[tuple[str, str]]) -> dict[str, Value]:
    return {name: KIND_VALUES[kind] for name, kind in fields}


@pytest.mark.parametrize(("version", "tables"), [(1, V1_0_1), (2, V1_1)])
def test_every_parameter_keeps_every_field(version: int, tables: Tables) -> None:
    for row in tables.tlv.values():
        param = Param(row.name, filled(row.layout.fields))
        body = encode_message(Message("GET_ROSPECS_RESPONSE", {}, [param], version=version))[10:]
        assert decode_frame(Frame(36, version, 0, body)).params == [param]


@pytest.mark.parametrize("name", sorted(CUSTOM_NAMES))
def test_every_makers_parameter_keeps_every_field(name: str) -> None:
    param = Param(name, filled(CUSTOM_NAMES[name].layout.fields), [Param("ImpinjPeakRSSI", {"RSSI": -6143})])
    body = encode_param(Param("RegulatoryCapabilities", {"CountryCode": 250, "CommunicationsStandard": 2}, [param]))
    (decoded,) = decode_frame(Frame(11, 1, 0, body)).params
    assert decoded.params == [param]


def test_another_form_of_a_makers_parameter_stays_custom_with_its_bytes() -> None:
    # the interface control guide has 24 reserved bits more than FX readers send
    body = bytes.fromhex("03ff 0014 000000a1 00000001 00000001 9c000000".replace(" ", ""))
    (param,) = decode_frame(Frame(11, 1, 0, body)).params
    assert param.name == "Custom"
    assert encode_param(param) == body


@pytest.mark.parametrize(
    ("wire", "name", "value"),
    [
        ("03ff000e000000a1000002c5a0d4", "MotoTagPhase", -24364),
        ("03ff000d000000a1000002c8ff", "MotoBrandIDCheckStatus", 255),
        ("03ff000e0000651a000000250029", "ImpinjReaderTemperature", 41),
    ],
)
def test_what_readers_sent(wire: str, name: str, value: int) -> None:
    (param,) = decode_frame(Frame(12, 1, 0, bytes.fromhex(wire))).params
    assert (param.name, list(param.fields.values())) == (name, [value])


def test_reserved_bits_of_1_0_1_have_a_meaning_in_1_1() -> None:
    body = bytes.fromhex("0147 0007 f0 0002".replace(" ", ""))
    old, new = (decode_frame(Frame(11, version, 0, body)).params[0] for version in (1, 2))
    assert "CanSupportTagRecommissioning" not in old.fields
    assert new.number("CanSupportTagRecommissioning") == 1


def test_an_unknown_tv_parameter_ends_its_parent_only() -> None:
    inner = b"\x81\x00\x07" + b"\xfe\x01\x02"
    body = bytes([0, 240, 0, 4 + len(inner)]) + inner + bytes([0, 240, 0, 7]) + b"\x81\x00\x08"
    report = decode_frame(Frame(61, 1, 0, body))
    assert [[param.name for param in tag.params] for tag in report.params] == [["AntennaID", "Unknown"], ["AntennaID"]]
    assert encode_message(report)[10:] == body


def test_what_does_not_fit_its_field_is_refused() -> None:
    with pytest.raises(Garbled):
        encode_message(Message("START_ROSPEC", {"ROSpecID": 1 << 32}))
    with pytest.raises(Garbled, match="not an LLRP parameter"):
        encode_param(Param("Coffee"))


def test_1_1_is_spoken_where_both_have_it() -> None:
    with running(LlrpTwin(model=Model(version=2))) as twin, reading(twin, llrp="1.1") as reader:
        assert reader.version == "1.1"
        assert sent(twin)[:2] == ["GET_SUPPORTED_VERSION", "SET_PROTOCOL_VERSION"]
        assert {message.version for message in twin.received[2:]} == {2}
        twin.present([TAG])
        await_read(reader, lambda read: read[0] == TAG.epc)


def test_a_reader_on_1_0_1_stays_there() -> None:
    with running(LlrpTwin()) as twin, reading(twin, llrp="1.1") as reader:
        assert reader.version == "1.0.1"
        assert {message.version for message in twin.received[1:]} == {1}
        twin.present([TAG])
        await_read(reader, lambda read: read[0] == TAG.epc)


def test_nobody_is_asked_for_1_1_unless_told_so() -> None:
    with running(LlrpTwin(model=Model(version=2))) as twin, reading(twin) as reader:
        assert (reader.version, "GET_SUPPORTED_VERSION" in sent(twin)) == ("1.0.1", False)
