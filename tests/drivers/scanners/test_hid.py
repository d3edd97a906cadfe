"""HID-POS: reports into codes, descriptors into layouts, what is missing said plainly."""

import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from drivers.errors import Garbled, NotFound, NotInstalled
from drivers.scanners import hid_pos
from drivers.scanners.hid_descriptor import ScanLayout, is_scanner, layout_of
from drivers.scanners.hid_port import HidPort
from drivers.scanners.hid_pos import ReportDecoder
from drivers.scanners.hid_scanner import HidPosScanner
from drivers.scanners.hid_twin import HidTwin
from drivers.scanners.lines import Code, Noise
from tests.support.waiting import wait_until

CODE = Code("4006381333931", "]E0")


def descriptor(*, aim: bool = True, capacity: int = 56, report: int = 2) -> bytes:
    """A scanner's report descriptor, put together from the class definition's items."""
    symbology = bytes.fromhex("09fb 09fc 09fd 7508 9503 8102") if aim else b""
    return (
        bytes.fromhex("058c 0902 a101")
        + bytes([0x85, 0x04]) + bytes.fromhex("0600ff 0901 7508 953f 9102")  # an output report of the maker's
        + bytes([0x85, report]) + bytes.fromhex("058c 0912 a102 1500 26ff00 0501 093b 7508 9501 8102 058c")
        + symbology
        + bytes.fromhex("09fe 7508") + bytes([0x95, capacity]) + bytes.fromhex("8102")
        + bytes.fromhex("7508 9502 8103")  # two bytes of padding
        + bytes.fromhex("09ff 2501 7501 9501 8102 7507 8103 c0 c0")
    )  # fmt: skip


def test_the_layout_that_makers_print_is_read_from_a_descriptor() -> None:
    assert layout_of(descriptor()) == ScanLayout()
    assert is_scanner(descriptor())


def test_another_layout_without_aim_ids_carries_codes_too() -> None:
    layout = layout_of(descriptor(aim=False, capacity=20, report=7))
    assert layout == ScanLayout(7, 25, 1, (), 2, 20, (24, 0x01))
    decoder = ReportDecoder(layout)
    for text in ("4006381333931", "x" * 50):
        found = [code for report in hid_pos.encode(Code(text), layout) for code in decoder.feed(report)]
        assert found == [Code(text)]


def test_other_devices_are_no_scanners() -> None:
    mouse = bytes.fromhex(
        "05010902a1010901a100050919012903150025019503750181029501750581010501093009311581257f750895028106c0c0"
    )
    assert not is_scanner(mouse)
    assert layout_of(mouse) is None
    assert layout_of(b"") is None


@settings(max_examples=300, deadline=None)
@given(
    st.one_of(st.binary(max_size=120), st.builds(lambda at, b: descriptor()[:at] + b, st.integers(0, 80), st.binary()))
)
def test_no_descriptor_whatever_breaks_the_reader(data: bytes) -> None:
    layout = layout_of(data)
    is_scanner(data)
    if layout is not None and layout.size < 10_000:
        ReportDecoder(layout).feed(bytes([layout.report_id or 0]) + bytes(layout.size))


def test_a_report_that_a_manual_prints() -> None:
    text = "M1GATHERGOOD/MICHAEL YABCDEF LHRDURAK 3542052Y003D23  "
    report = bytes([2, len(text)]) + b"]Q0" + text.encode().ljust(56, b"\0") + b"s\0\0"
    assert ReportDecoder().feed(report) == [Code(text, "]Q0")]


def test_suffixes_that_the_scanner_adds_are_taken_off() -> None:
    (report,) = hid_pos.encode(Code("4006381333931\r\n", "]E0"))
    assert ReportDecoder().feed(report) == [CODE]


def test_short_reports_wild_lengths_and_other_reports() -> None:
    decoder = ReportDecoder()
    (whole,) = hid_pos.encode(CODE)
    for cut in range(1, len(whole)):
        (noise,) = decoder.feed(whole[:cut])
        assert isinstance(noise, Noise)
    (noise,) = decoder.feed(whole[:1] + b"\xff" + whole[2:])
    assert isinstance(noise, Noise)
    assert decoder.feed(b"\x04" + whole[1:]) == []
    assert decoder.feed(whole) == [CODE]


def test_a_long_code_whose_rest_never_comes_is_not_glued_to_the_next() -> None:
    first, _second = hid_pos.encode(Code("L" * 80, "]Q1"))
    decoder = ReportDecoder()
    assert decoder.feed(first) == []
    assert decoder.partial
    (noise,) = decoder.abandon()
    assert noise.data.startswith(b"LLL")
    assert decoder.feed(hid_pos.encode(CODE)[0]) == [CODE]
    found = [thing for _ in range(400) for thing in decoder.feed(first)]
    assert found
    assert all(isinstance(thing, Noise) for thing in found), "a code without end doesn't fill the memory"


@settings(max_examples=200, deadline=None)
@given(
    st.lists(st.one_of(st.binary(max_size=80), st.binary(min_size=63, max_size=63).map(b"\x02".__add__)), max_size=5)
)
def test_no_report_whatever_breaks_the_decoder(reports: list[bytes]) -> None:
    decoder = ReportDecoder()
    for report in reports:
        decoder.feed(report)
    decoder.abandon()
    assert decoder.feed(hid_pos.encode(CODE)[0]) == [CODE]


def test_every_bit_flipped_gives_a_code_or_noise_and_the_next_report_is_read() -> None:
    (whole,) = hid_pos.encode(CODE)
    for bit in range(len(whole) * 8):
        flipped = bytearray(whole)
        flipped[bit // 8] ^= 1 << bit % 8
        decoder = ReportDecoder()
        decoder.feed(bytes(flipped))
        decoder.abandon()
        assert decoder.feed(whole) == [CODE]


# the port


def test_where_there_is_no_hidraw_it_says_what_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "win32")
    with pytest.raises(NotInstalled, match="serial-scanner"):
        HidPort("hid:///dev/hidraw0").open()


@pytest.mark.parametrize("url", ["hid://", "hid://scanner", "hid://5e0:13"])
def test_an_address_that_names_no_device_is_explained(url: str, tmp_path: Path) -> None:
    (tmp_path / "hidraw0" / "device").mkdir(parents=True)
    with pytest.raises(NotFound, match="hid://05e0:1300"):
        HidPort(url, sysfs=tmp_path).open()


@pytest.mark.parametrize("url", ["hid://05e0:1300", "hid://any"])
def test_a_scanner_is_found_by_its_numbers_or_by_being_one(url: str, tmp_path: Path) -> None:
    for number, (ids, content) in enumerate([("0000046D:0000C077", b""), ("000005E0:00001300", descriptor())]):
        device = tmp_path / f"hidraw{number + 700}" / "device"
        device.mkdir(parents=True)
        (device / "uevent").write_text(f"DRIVER=hid-generic\nHID_ID=0003:{ids}\nHID_NAME=x\n")
        (device / "report_descriptor").write_bytes(content)
    with pytest.raises(NotFound, match="/dev/hidraw701"):
        HidPort(url, sysfs=tmp_path).open()


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="hidraw is Linux's")
def test_half_a_long_code_when_the_plug_is_pulled() -> None:
    twin = HidTwin()
    twin.start()
    scanner = HidPosScanner("counter", twin.url)
    try:
        scanner.open()
        wait_until(lambda: twin.linked)
        twin.send_garbage(hid_pos.encode(Code("L" * 80))[0])
        with pytest.raises(Garbled, match="rest"):
            scanner.read(5)
        twin.scan("4006381333931", "]E0")
        scan = scanner.read(5)
        assert scan is not None
        assert (scan.text, scan.aim, scanner.dropped) == ("4006381333931", "]E0", 1)
    finally:
        scanner.close()
        twin.stop()
