"""The agent's disk fills up: it says so and takes nothing half; with room again everything arrives, once."""

import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from installer.demo.goods import gtin
from tests.support.back_office import BackOffice
from tests.support.counter import at_work, sell
from tests.support.hands import Hands
from tests.support.processes import wait_until
from tests.support.shop import Shop
from tests.support.web_orders import barcode, name

AtTill = Callable[..., Hands]
TEA = gtin(32)
MIB = 1024 * 1024


@pytest.fixture(scope="module")
def disk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A shop's folder, in which the agent's own is a disk of 40 MiB."""
    folder = tmp_path_factory.mktemp("shop")
    small = folder / "agent"
    small.mkdir()
    mount = shutil.which("mount")
    if mount is None or os.name == "nt" or os.geteuid() != 0:
        pytest.skip("only root can mount a small disk")
    done = subprocess.run([mount, "-t", "tmpfs", "-o", "size=40m", "tmpfs", str(small)], check=False, timeout=10)
    if done.returncode:
        pytest.skip("a small disk can't be mounted here")
    yield folder
    subprocess.run(["umount", "-l", str(small)], check=True, timeout=10)


@pytest.fixture(scope="module")
def shop(disk: Path) -> Iterator[Shop]:
    """A shop whose agent has that disk."""
    opened = Shop(disk)
    try:
        yield opened.open()
    finally:
        opened.close()


def fill(folder: Path) -> None:
    """Use up all the room that is left."""
    with (folder / "filler").open("ab", buffering=0) as file:
        for size in (MIB, 4096, 1):
            try:
                while True:
                    file.write(b"x" * size)
            except OSError:
                continue


def test_an_agent_without_room_says_so_and_loses_nothing(shop: Shop, at_till: AtTill) -> None:
    office, small = BackOffice(shop), shop.premises.folder / "agent"
    camille = at_work(at_till(1, locale="en"), "Camille D.", "1111")
    before = shop.stock(TEA)["sellable"]
    sold = 0

    def sell_one() -> None:
        nonlocal sold
        camille.scan(barcode(TEA), "]E0")
        sell(camille, name(shop, TEA))
        sold += 1

    fill(small)
    while not office.health["storage"] and sold < 20:
        sell_one()
        fill(small)
    assert "full" in office.health["storage"], office.health["storage"]
    assert "full" in office.page
    sell_one()
    camille.until(lambda: camille.app.shell.desk.pending > 0, what="waiting for sales that can't be sent")
    assert shop.stock(TEA)["sellable"] > before - sold, "what couldn't be written isn't in the stock either"

    (small / "filler").unlink()
    camille.until(lambda: shop.stock(TEA)["sellable"] == before - sold, 40_000, what="waiting for every sale to count")
    camille.until(lambda: camille.app.shell.desk.pending == 0, 40_000, what="waiting for all to be sent")
    wait_until(lambda: not office.health["storage"], 10, "the health page to be well again")


def test_the_books_are_right_afterwards(shop: Shop) -> None:
    assert shop.close_books() == []
