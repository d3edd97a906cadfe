"""The store's readers on Mosquitto: it dies, is started again, and the readers come back."""

from collections.abc import Iterator

import pytest

from drivers.broker import mosquitto_program
from tests.support.back_office import BackOffice
from tests.support.processes import wait_until
from tests.support.shop import Shop

pytestmark = pytest.mark.mosquitto


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    """A shop whose agent runs Mosquitto."""
    if mosquitto_program() is None:
        pytest.skip("Mosquitto isn't installed on this machine")
    opened = Shop(tmp_path_factory.mktemp("shop"), broker="mosquitto")
    try:
        yield opened.open()
    finally:
        opened.close()


def test_a_broker_that_dies_is_started_again_and_the_readers_come_back(shop: Shop) -> None:
    office = BackOffice(shop)
    assert office.health["broker"].startswith("mosquitto")
    first, second = shop.zones["maison"][:2]
    office.await_read(first, "maison")
    office.kill_broker()
    wait_until(lambda: "plafond-maison" in office.notices("reader"), 10, "the health page to miss the reader")
    office.await_read(second, "maison")
    wait_until(lambda: not office.notices("reader"), 20, "all readers to be back")
    assert shop.unit(first)["zone"] == "maison"
