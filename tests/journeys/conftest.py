"""Fixtures of the journeys: a shop of their own, opened once for each file of stories."""

from collections.abc import Iterator

import pytest

from tests.support.shop import Shop


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    """Ledger and agent run as processes of their own; the stock is in."""
    opened = Shop(tmp_path_factory.mktemp("shop"))
    try:
        yield opened.open()
    finally:
        opened.close()
