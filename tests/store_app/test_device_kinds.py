"""A till's scanner and pad of every kind, opened as its settings file says."""

import queue
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Protocol

import pytest

from drivers.errors import NotFound
from drivers.rfid.readings import SeenTag
from drivers.rfid.twins.r2000 import R2000Twin
from drivers.rfid.twins.thingmagic import ThingMagicTwin
from drivers.scanners.hid_twin import HidTwin
from drivers.scanners.models import MODELS
from drivers.scanners.ssi_twin import SsiTwin
from drivers.scanners.twin import ScannerTwin
from store_app.devices import TillDevices
from store_app.presenters.intents import Scanned, TagsSeen
from store_app.presenters.messages import DeviceBack
from store_app.settings import load_settings

pytestmark = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="pseudo-terminals and hidraw")

EPC = bytes.fromhex("3034257bf7194e4000001a85")


class Scans(Protocol):
    """A scanner's twin."""

    @property
    def url(self) -> str: ...
    def start(self) -> None: ...
    def stop(self) -> None: ...
    def scan(self, text: str, aim: str = "") -> None: ...


def on_pty(twin: Callable[..., Scans]) -> Scans:
    from drivers.far_end_pty import PtyFarEnd  # POSIX only

    return twin(far_end=PtyFarEnd)


class Till:
    """The devices of a settings file, and what they told."""

    def __init__(self, file: Path) -> None:
        self.heard: queue.SimpleQueue[object] = queue.SimpleQueue()
        self.devices = TillDevices(load_settings(file).devices, self.heard.put)
        self.devices.start()

    def wait_for(self, wanted: object) -> None:
        for _ in range(200):
            try:
                if self.heard.get(timeout=0.05) == wanted:
                    return
            except queue.Empty:
                self.devices.tick()
        raise AssertionError(f"{wanted} never came")


@pytest.fixture
def stack() -> Iterator[ExitStack]:
    with ExitStack() as made:
        yield made


def till_of(stack: ExitStack, folder: Path, devices: str) -> Till:
    file = folder / "till.toml"
    file.write_text(f'[till]\nstore = "S1"\ndevice = "till-1"\nfolder = "{folder}"\n[devices]\n{devices}\n')
    till = Till(file)
    stack.callback(till.devices.stop)
    return till


@pytest.mark.parametrize(
    ("make", "settings"),
    [
        (lambda: on_pty(ScannerTwin), ""),
        (lambda: ScannerTwin(form=MODELS["stx-etx"]), 'scanner_options = { model = "stx-etx" }'),
        (lambda: on_pty(SsiTwin), 'scanner_kind = "ssi-scanner"'),
        (SsiTwin, 'scanner_kind = "ssi-scanner"\nscanner_options = { configure = false }'),
        (HidTwin, 'scanner_kind = "hid-pos-scanner"'),
    ],
)
def test_a_scanner_of_every_kind(stack: ExitStack, tmp_path: Path, make: Callable[[], Scans], settings: str) -> None:
    twin = make()
    stack.callback(twin.stop)
    twin.start()
    till = till_of(stack, tmp_path, f'scanner = "{twin.url}"\n{settings}')
    till.wait_for(DeviceBack("scanner"))
    while not getattr(twin, "linked", True):
        till.devices.tick()
    twin.scan("9521000000193", "]E0")
    till.wait_for(Scanned("9521000000193", "]E0", "scanner"))


@pytest.mark.parametrize(
    ("twin_of", "settings"),
    [
        (R2000Twin, 'pad_kind = "r2000"\npad_options = { antennas = "2", power_dbm = 18 }'),
        (ThingMagicTwin, 'pad_kind = "thingmagic"\npad_options = { antennas = 2, region = "europe" }'),
    ],
)
def test_a_pad_of_every_kind(
    stack: ExitStack, tmp_path: Path, twin_of: type[R2000Twin | ThingMagicTwin], settings: str
) -> None:
    twin = twin_of(tmp_path / "pad")
    stack.callback(twin.stop)
    twin.start()
    till = till_of(stack, tmp_path, f'pad = "{twin.url}"\n{settings}')
    twin.present([SeenTag(EPC, 2)])
    till.wait_for(TagsSeen((EPC.hex(),)))
    twin.present([])
    till.wait_for(TagsSeen(()))


def test_an_option_that_a_kind_lacks_is_named(stack: ExitStack, tmp_path: Path) -> None:
    with pytest.raises(NotFound, match="colour"):
        till_of(stack, tmp_path, 'scanner = "serial:///dev/null"\nscanner_options = { colour = "red" }')
