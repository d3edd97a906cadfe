"""What every scanner does, on every transport: the real driver against the shipped twin."""

import sys
import threading
from collections.abc import Iterator

import pytest

from drivers.errors import Disconnected, Garbled, NotFound
from drivers.readings import Scan
from drivers.scanners.serial_scanner import SerialScanner
from drivers.scanners.twin import ScannerTwin
from drivers.scanners.worker import ScannerBack, ScannerLost, ScannerNews, ScannerWorker, Unreadable
from tests.support.waiting import wait_until


def _pty_twin() -> ScannerTwin:
    from drivers.far_end_pty import PtyFarEnd

    return ScannerTwin(far_end=PtyFarEnd)


MAKERS = {"tcp": ScannerTwin, "pty": _pty_twin}


@pytest.fixture(params=["tcp", pytest.param("pty", marks=pytest.mark.skipif(sys.platform == "win32", reason="POSIX"))])
def twin(request: pytest.FixtureRequest) -> Iterator[ScannerTwin]:
    made = MAKERS[request.param]()
    made.start()
    yield made
    made.stop()


@pytest.fixture
def scanner(twin: ScannerTwin) -> Iterator[SerialScanner]:
    made = SerialScanner("counter", twin.url)
    made.open()
    wait_until(lambda: twin.linked)
    yield made
    made.close()


def test_a_code_arrives_without_its_aim_id(twin: ScannerTwin, scanner: SerialScanner) -> None:
    twin.scan("3210987654321", "]E0")
    scan = scanner.read(5)
    assert scan is not None
    assert (scan.scanner, scan.text, scan.aim) == ("counter", "3210987654321", "]E0")
    assert scan.at_us > 0


def test_silence_is_none_within_the_timeout(scanner: SerialScanner) -> None:
    assert scanner.read(0.05) is None


def test_half_a_frame_waits_for_its_other_half(twin: ScannerTwin, scanner: SerialScanner) -> None:
    twin.send_pieces([b"32109"])
    assert scanner.read(0.1) is None
    twin.send_pieces([b"87654321\r\n"])
    scan = scanner.read(5)
    assert scan is not None
    assert scan.text == "3210987654321"


def test_noise_is_garbled_and_reading_goes_on(twin: ScannerTwin, scanner: SerialScanner) -> None:
    twin.send_garbage(b"\xff\xfe\xfd\r\n")
    with pytest.raises(Garbled, match="scan again"):
        scanner.read(5)
    twin.scan("4006381333931")
    scan = scanner.read(5)
    assert scan is not None
    assert scan.text == "4006381333931"


def test_a_burst_of_sixty_a_second_loses_and_merges_none(twin: ScannerTwin, scanner: SerialScanner) -> None:
    codes = [f"{200_000_000_000 + n}" for n in range(40)]
    sending = threading.Thread(target=twin.scan_all, args=(codes, 60.0))
    sending.start()
    found = [scan.text for scan in iter(lambda: scanner.read(0.5), None)]
    sending.join(10)
    assert found == codes


def test_the_plug_is_pulled(twin: ScannerTwin, scanner: SerialScanner) -> None:
    twin.drop_link()

    def read_on() -> None:
        for _ in range(50):
            scanner.read(0.2)

    with pytest.raises(Disconnected):
        read_on()


def test_a_scanner_that_is_not_there() -> None:
    with pytest.raises(NotFound):
        SerialScanner("counter", "serial:///dev/ttyNoSuchScanner").open()


def test_reading_before_opening_is_an_error(twin: ScannerTwin) -> None:
    with pytest.raises(Disconnected, match="not open"):
        SerialScanner("counter", twin.url).read(0.1)


def test_the_worker_delivers_and_comes_back_after_a_cut() -> None:
    twin = ScannerTwin()
    twin.start()
    news: list[ScannerNews] = []
    worker = ScannerWorker(SerialScanner("counter", twin.url), news.append, first_wait_s=0.05)
    worker.start()
    try:
        wait_until(lambda: twin.linked)
        twin.scan("4006381333931")
        wait_until(lambda: any(isinstance(item, Scan) for item in news))
        twin.send_garbage(b"\xff\r")
        wait_until(lambda: isinstance(news[-1], Unreadable))
        twin.drop_link()
        wait_until(lambda: isinstance(news[-1], ScannerBack))
        wait_until(lambda: twin.linked)
        twin.scan("3210987654321")
        wait_until(lambda: isinstance(news[-1], Scan))
    finally:
        worker.stop()
        twin.stop()
    assert [item.text for item in news if isinstance(item, Scan)] == ["4006381333931", "3210987654321"]
    assert [type(item) for item in news] == [ScannerBack, Scan, Unreadable, ScannerLost, ScannerBack, Scan]


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
