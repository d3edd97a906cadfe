"""The disk fills up while the shop sells: the open sale finishes on the ballast, then the till says so."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from store_app.presenters.intents import NextSale, OpenShift, Pay, TakeTender, Tick
from store_app.presenters.names import ScreenName
from tests.support.small_disk import fill, small_disk
from tests.support.tills import CANDLE, TillUnderTest, till_under_test


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of 12 MiB."""
    with small_disk(tmp_path / "disk", 12) as place:
        yield place


def sell(shop: TillUnderTest) -> None:
    shop.scan(CANDLE[1:])
    shop.till.ask(Pay(), TakeTender("cash", 2400))


def test_the_open_sale_finishes_and_the_next_one_says_what_was_kept(disk: Path) -> None:
    with till_under_test(disk / "till", ballast_mib=2) as shop:
        shop.sign_in()
        shop.till.ask(OpenShift())
        shop.scan(CANDLE[1:])
        fill(disk)
        for _ in range(400):  # the write-ahead log has some room of its own before it must grow
            shop.till.ask(Pay(), TakeTender("cash", 2400))
            assert shop.till.shell.screen is ScreenName.DONE
            if any(notice.title == "The disk is full" for notice in shop.till.notices):
                break
            shop.till.ask(NextSale())
            shop.scan(CANDLE[1:])
        assert not (disk / "till" / "ballast.bin").exists()
        told = next(notice for notice in shop.till.notices if notice.title == "The disk is full")
        assert "is kept so far" in told.text
        sold = shop.kinds().count("sale.completed")
        fill(disk)
        refused_at = None
        for number in range(400):
            shop.till.ask(NextSale())
            sell(shop)
            if shop.till.shell.screen is not ScreenName.DONE:
                refused_at = number
                break
            sold += 1
        assert refused_at is not None
        assert "Nothing of this step was kept" in shop.last_notice.text
        assert not shop.till.desk.sale.empty
        (disk / "filler").unlink()
        shop.till.ask(TakeTender("cash", 2400))
        assert shop.till.shell.screen is ScreenName.DONE
        assert shop.kinds().count("sale.completed") == sold + 1


def test_a_reserve_given_up_for_what_was_sent_or_received_is_told_too_and_comes_back(tmp_path: Path) -> None:
    with till_under_test(tmp_path / "till", ballast_mib=1) as shop:
        shop.sign_in()
        ballast = shop.till.services.book.ballast
        assert ballast is not None
        assert ballast.release(), "as the post does when its own commit finds the disk full"
        shop.till.ask(Tick())
        assert [one.title for one in shop.till.notices].count("The disk is full") == 1
        shop.clock.forward(61_000)
        shop.till.ask(Tick())
        shop.till.wait(lambda: not ballast.missing, 10)
        assert (tmp_path / "till" / "ballast.bin").exists()
        assert [one.title for one in shop.till.notices].count("The disk is full") == 1
