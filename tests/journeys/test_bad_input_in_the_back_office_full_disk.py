"""The agent's disk fills up: it says so and takes nothing half; with room again everything arrives, once."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from installer.demo.goods import gtin
from tests.support.back_office import BackOffice
from tests.support.counter import at_work, sell
from tests.support.hands import Hands
from tests.support.processes import wait_until
from tests.support.shop import Shop
from tests.support.small_disk import fill, small_disk
from tests.support.web_orders import barcode, name

AtTill = Callable[..., Hands]
TEA = gtin(32)


@pytest.fixture(scope="module")
def disk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A shop's folder, in which the agent's own is a disk of 40 MiB."""
    folder = tmp_path_factory.mktemp("shop")
    with small_disk(folder / "agent", 40):
        yield folder


@pytest.fixture(scope="module")
def shop(disk: Path) -> Iterator[Shop]:
    """A shop whose agent has that disk."""
    opened = Shop(disk)
    try:
        yield opened.open()
    finally:
        opened.close()


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
