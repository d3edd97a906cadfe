"""A shop whose head office keeps its ledger on PostgreSQL: sale and order go their whole way, the books are right."""

from collections.abc import Callable, Iterator

import pytest

from installer.demo.goods import gtin
from store_app.presenters.names import ScreenName
from tests.support import journals
from tests.support.counter import at_work, sell
from tests.support.hands import Hands
from tests.support.postgres import fresh_database, running_postgres
from tests.support.processes import wait_until
from tests.support.shop import Shop
from tests.support.web_orders import Associate, await_at_store, await_axes, barcode, name, place_order

AtTill = Callable[..., Hands]
TEA = gtin(32)

pytestmark = pytest.mark.postgres


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    """A shop whose ledger is a PostgreSQL database."""
    with running_postgres() as server, fresh_database(server) as url:
        opened = Shop(tmp_path_factory.mktemp("shop"), database=url)
        try:
            yield opened.open()
        finally:
            opened.close()


def test_a_sale_and_an_order_go_their_whole_way(shop: Shop, at_till: AtTill) -> None:
    unit = shop.zones["homme"][0]
    camille = at_work(at_till(1, locale="en"), "Camille D.", "1111")
    lea = at_till(2, locale="en")
    camille.scan(barcode(TEA), "]E0")
    sell(camille, name(shop, TEA))
    wait_until(lambda: journals.sales(journals.at_ledger(shop, "LYO1-T1")), 15, "the ledger to have the sale")

    order = place_order(shop, "P-1", [(unit[:14], 1)])
    await_at_store(shop, order)
    Associate(shop, lea).sign_in().make_ready(order, [unit], "05")
    await_axes(shop, order, work="ready", stock="bound")
    camille.scan(order.code)
    camille.on(ScreenName.HANDOVER)
    camille.press("Hand over")
    camille.until(lambda: shop.unit(unit)["state"] == "handed_over", what="waiting for the goods to leave")
    await_axes(shop, order, work="handed_over", stock="left", money="paid")
    for hands in (camille, lea):
        hands.until(lambda hands=hands: hands.app.shell.desk.pending == 0, what="waiting for all to be sent")


def test_the_books_are_right_afterwards(shop: Shop) -> None:
    assert shop.close_books() == []
