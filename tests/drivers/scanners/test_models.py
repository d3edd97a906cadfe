"""Serial scanners of known makes: prefix, suffix and label ids; UPC-E written out; halves and bursts on the line."""

import threading
from collections.abc import Iterator

import pytest

from drivers.errors import NotFound
from drivers.registry import open_scanner
from drivers.scanners.lines import Code, LineDecoder
from drivers.scanners.models import MODELS
from drivers.scanners.serial_scanner import SerialScanner
from drivers.scanners.twin import ScannerTwin
from drivers.scanners.upc import upc_a_of
from tests.support.waiting import wait_until


@pytest.mark.parametrize(
    ("model", "line", "code"),
    [
        ("plain", b"]E04006381333931\r\n", Code("4006381333931", "]E0")),
        ("plain", b"F4006381333931\r", Code("F4006381333931")),
        ("honeywell", b"4006381333931\r", Code("4006381333931")),
        ("stx-etx", b"\x02]C1010400638133393110A\x1d21B\x03", Code("010400638133393110A\x1d21B", "]C1")),
        ("datalogic", b"F4006381333931\r\n", Code("4006381333931", "]E0")),
        ("datalogic", b"FF95212345\r\n", Code("95212345", "]E4")),
        ("datalogic", b"A042100005264\r\n", Code("042100005264", "]E0")),
        ("datalogic", b"E0425261\r\n", Code("042100005264", "]E0")),
        ("datalogic", b"#SHELF-12\r\n", Code("SHELF-12", "]C0")),
        ("datalogic", b"]d20104006381333931\r\n", Code("0104006381333931", "]d2")),
        ("datalogic-eu", b"B4006381333931\r\n", Code("4006381333931", "]E0")),
        ("datalogic-eu", b"k0104006381333931\r\n", Code("0104006381333931", "]C1")),
        ("ncr", b"FF95212345\r", Code("95212345", "]E4")),
        ("ncr", b"B3SHELF-12\r", Code("SHELF-12", "]C0")),
        ("ncr", b"]e00104006381333931\r", Code("0104006381333931", "]e0")),
        ("ncr", b"F40063813\r", Code("F40063813")),
    ],
)
def test_lines_of_known_makes(model: str, line: bytes, code: Code) -> None:
    assert LineDecoder(MODELS[model]).feed(line) == [code]


@pytest.mark.parametrize(
    ("short", "long"),
    [
        ("04252614", "042100005264"),
        ("0425261", "042100005264"),
        ("425261", "042100005264"),
        ("01234531", "012300000451"),
        ("01234543", "012340000053"),
        ("01234505", "012000003455"),
        ("01234565", "012345000065"),
        ("4006381333931", "4006381333931"),
        ("12A456", "12A456"),
        ("", ""),
    ],
)
def test_upc_e_is_written_out(short: str, long: str) -> None:
    assert upc_a_of(short) == long


def test_an_unknown_model_lists_the_known() -> None:
    with pytest.raises(NotFound, match="datalogic"):
        open_scanner("serial-scanner", "counter", "serial://COM9", model="abacus")


@pytest.fixture
def twin() -> Iterator[ScannerTwin]:
    made = ScannerTwin(form=MODELS["stx-etx"])
    made.start()
    yield made
    made.stop()


@pytest.fixture
def scanner(twin: ScannerTwin) -> Iterator[SerialScanner]:
    made = SerialScanner("counter", twin.url, model="stx-etx")
    made.open()
    wait_until(lambda: twin.linked)
    yield made
    made.close()


def test_half_a_line_waits_for_its_other_half(twin: ScannerTwin, scanner: SerialScanner) -> None:
    twin.send_pieces([b"\x0232109"])
    assert scanner.read(0.1) is None
    twin.send_pieces([b"87654321\x03"])
    scan = scanner.read(5)
    assert scan is not None
    assert scan.text == "3210987654321"


def test_a_burst_of_sixty_a_second_loses_and_merges_none(twin: ScannerTwin, scanner: SerialScanner) -> None:
    codes = [f"{200_000_000_000 + n}" for n in range(40)]
    sending = threading.Thread(target=twin.scan_all, args=(codes, 60.0))
    sending.start()
    found = [scan.text for scan in iter(lambda: scanner.read(0.5), None)]
    sending.join(10)
    assert found == codes
