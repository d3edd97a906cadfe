"""What every scanner does, on every transport: the real driver against the shipped twin."""

import sys
import threading
import time
from collections.abc import Callable, Iterator
from typing import Protocol

import pytest

from drivers.contracts import Scanner
from drivers.errors import Disconnected, Garbled, NotFound
from drivers.readings import Scan
from drivers.registry import open_scanner
from drivers.scanners.hid_twin import HidTwin
from drivers.scanners.serial_scanner import SerialScanner
from drivers.scanners.ssi_twin import SsiTwin
from drivers.scanners.twin import ScannerTwin
from drivers.scanners.worker import ScannerBack, ScannerLost, ScannerNews, ScannerWorker, Unreadable
from tests.support.waiting import wait_until


class Twin(Protocol):
    """What the suite needs of a twin."""

    @property
    def url(self) -> str: ...
    @property
    def linked(self) -> bool: ...
    def start(self) -> None: ...
    def stop(self) -> None: ...
    def scan(self, text: str, aim: str = "") -> None: ...
    def send_garbage(self, data: bytes) -> None: ...
    def drop_link(self) -> None: ...


def _on_pty(twin: Callable[..., Twin]) -> Callable[[], Twin]:
    def make() -> Twin:
        from drivers.far_end_pty import PtyFarEnd

        return twin(far_end=PtyFarEnd)

    return make


#          name -> (kind, twin, noise, whether staff are told to scan again)
MAKERS: dict[str, tuple[str, Callable[[], Twin], bytes, bool]] = {
    "tcp": ("serial-scanner", ScannerTwin, b"\xff\xfe\xfd\r\n", True),
    "pty": ("serial-scanner", _on_pty(ScannerTwin), b"\xff\xfe\xfd\r\n", True),
    "ssi-tcp": ("ssi-scanner", SsiTwin, b"\xff\xfe\xfd\r\n", False),
    "ssi-pty": ("ssi-scanner", _on_pty(SsiTwin), b"\x06\xf3\x00\x00\x0b1\x00\x00", False),
    "hid": ("hid-pos-scanner", HidTwin, b"\x02\xffbroken", True),
}
POSIX = pytest.mark.skipif(sys.platform == "win32", reason="POSIX")
LINUX = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="hidraw is Linux's")
MARKS = {"pty": POSIX, "ssi-pty": POSIX, "hid": LINUX}


@pytest.fixture(params=[pytest.param(name, marks=MARKS.get(name, ())) for name in MAKERS])
def rig(request: pytest.FixtureRequest) -> Iterator[tuple[Twin, Scanner, bytes, bool]]:
    kind, make, noise, told = MAKERS[request.param]
    twin = make()
    twin.start()
    scanner = open_scanner(kind, "counter", twin.url)
    yield twin, scanner, noise, told
    scanner.close()
    twin.stop()


@pytest.fixture
def twin(rig: tuple[Twin, Scanner, bytes, bool]) -> Twin:
    return rig[0]


@pytest.fixture
def scanner(rig: tuple[Twin, Scanner, bytes, bool]) -> Scanner:
    made = rig[1]
    made.open()
    wait_until(lambda: rig[0].linked)
    return made


def next_scan(scanner: Scanner, seconds: float = 5.0) -> Scan:
    """The next code, whatever noise comes before it."""
    ends = time.monotonic() + seconds
    while time.monotonic() < ends:
        try:
            scan = scanner.read(0.2)
        except Garbled:
            continue
        if scan is not None:
            return scan
    raise AssertionError("no scan came")


def test_a_code_arrives_without_its_aim_id(twin: Twin, scanner: Scanner) -> None:
    twin.scan("3210987654321", "]E0")
    scan = scanner.read(5)
    assert scan is not None
    assert (scan.scanner, scan.text, scan.aim) == ("counter", "3210987654321", "]E0")
    assert scan.at_us > 0


def test_silence_is_none_within_the_timeout(scanner: Scanner) -> None:
    started = time.monotonic()
    assert scanner.read(0.05) is None
    assert time.monotonic() - started < 1.0


def test_symbologies_and_long_codes(twin: Twin, scanner: Scanner) -> None:
    long = "https://id.example.org/01/09521234543213/21/" + "A1b2" * 120
    for text, aim in [("010952123454321310LOT\x1d21SER", "]d2"), (long, "]Q1"), ("95212345", "]E4")]:
        twin.scan(text, aim)
        scan = next_scan(scanner)
        assert (scan.text, scan.aim) == (text, aim)


def test_noise_is_counted_and_reading_goes_on(rig: tuple[Twin, Scanner, bytes, bool], scanner: Scanner) -> None:
    twin, _, noise, told = rig
    twin.send_garbage(noise)
    if told:
        with pytest.raises(Garbled, match="scan again"):
            scanner.read(5)
    twin.scan("4006381333931")
    assert next_scan(scanner).text == "4006381333931"
    assert scanner.dropped > 0  # type: ignore[attr-defined]  # our scanners count


def test_a_burst_loses_and_merges_none(twin: Twin, scanner: Scanner) -> None:
    codes = [f"{200_000_000_000 + n}" for n in range(40)]
    sending = threading.Thread(target=lambda: [twin.scan(code) for code in codes])
    sending.start()
    found = [next_scan(scanner).text for _ in codes]
    sending.join(10)
    assert found == codes
    assert scanner.read(0.1) is None


def test_the_plug_is_pulled(twin: Twin, scanner: Scanner) -> None:
    twin.drop_link()

    def read_on() -> None:
        for _ in range(50):
            scanner.read(0.2)

    with pytest.raises(Disconnected):
        read_on()


def test_closing_is_repeatable_and_opening_again_works(twin: Twin, scanner: Scanner) -> None:
    if twin.url.startswith("serial"):
        pytest.skip("the pseudo-terminal stays as it is")
    scanner.close()
    scanner.close()
    scanner.open()
    wait_until(lambda: twin.linked)
    ends = time.monotonic() + 5
    found = None
    while found is None and time.monotonic() < ends:
        twin.scan("4006381333931")
        found = scanner.read(0.2)
    assert found is not None


def test_reading_before_opening_is_an_error(rig: tuple[Twin, Scanner, bytes, bool]) -> None:
    with pytest.raises(Disconnected, match="not open"):
        rig[1].read(0.1)


def test_the_worker_delivers_and_comes_back_after_a_cut(rig: tuple[Twin, Scanner, bytes, bool]) -> None:
    twin, scanner, noise, told = rig
    if twin.url.startswith("serial"):
        pytest.skip("a pseudo-terminal that is cut stays cut")
    news: list[ScannerNews] = []
    worker = ScannerWorker(scanner, news.append, first_wait_s=0.05)
    worker.start()
    try:
        wait_until(lambda: twin.linked and ScannerBack("counter") in news)
        twin.scan("4006381333931")
        wait_until(lambda: any(isinstance(item, Scan) for item in news))
        if told:
            twin.send_garbage(noise)
            wait_until(lambda: isinstance(news[-1], Unreadable))
        twin.drop_link()
        wait_until(lambda: isinstance(news[-1], ScannerBack))
        wait_until(lambda: twin.linked)
        twin.scan("3210987654321")
        wait_until(lambda: isinstance(news[-1], Scan))
    finally:
        worker.stop()
    assert [item.text for item in news if isinstance(item, Scan)] == ["4006381333931", "3210987654321"]
    kinds = [type(item) for item in news if not isinstance(item, Unreadable)]
    assert kinds == [ScannerBack, Scan, ScannerLost, ScannerBack, Scan]


@pytest.mark.parametrize(
    ("kind", "url"),
    [
        ("serial-scanner", "serial:///dev/ttyNoSuchScanner"),
        ("ssi-scanner", "serial:///dev/ttyNoSuchScanner"),
        pytest.param("hid-pos-scanner", "hid:///dev/hidraw999", marks=LINUX),
        pytest.param("hid-pos-scanner", "hid://ffff:fffe", marks=LINUX),
    ],
)
def test_a_scanner_that_is_not_there(kind: str, url: str) -> None:
    with pytest.raises(NotFound):
        open_scanner(kind, "counter", url).open()


def test_the_worker_says_once_that_a_scanner_is_missing() -> None:
    news: list[ScannerNews] = []
    scanner = SerialScanner("counter", "serial:///dev/ttyNoSuchScanner")
    tries = threading.Semaphore(0)

    class Counting(SerialScanner):
        def open(self) -> None:
            tries.release()
            scanner.open()

    worker = ScannerWorker(Counting("counter", "serial:///dev/none"), news.append, first_wait_s=0.01)
    worker.start()
    for _ in range(4):
        assert tries.acquire(timeout=5)
    worker.stop()
    assert [type(item) for item in news] == [ScannerLost]
