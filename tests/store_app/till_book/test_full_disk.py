"""The disk fills up while the shop sells: the open sale finishes on the ballast, then the till says so."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from store_app.presenters.intents import NextSale, OpenShift, Pay, TakeTender
from store_app.presenters.names import ScreenName
from tests.support.tills import CANDLE, TillUnderTest, till_under_test

MIB = 1024 * 1024


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A tmpfs of 12 MiB."""
    place = tmp_path / "disk"
    place.mkdir()
    mount = shutil.which("mount")
    if mount is None or os.name == "nt" or os.geteuid() != 0:
        pytest.skip("only root can mount a small disk")
    done = subprocess.run([mount, "-t", "tmpfs", "-o", "size=12m", "tmpfs", str(place)], check=False, timeout=10)
    if done.returncode:
        pytest.skip("a small disk can't be mounted here")
    yield place
    subprocess.run(["umount", "-l", str(place)], check=True, timeout=10)


def fill(folder: Path) -> None:
    """Use up all the room that is left."""
    with (folder / "filler").open("ab", buffering=0) as file:
        for size in (MIB, 4096, 1):
            try:
                while True:
                    file.write(b"x" * size)
            except OSError:
                continue


def sell(shop: TillUnderTest) -> None:
    shop.scan(CANDLE[1:])
    shop.till.ask(Pay(), TakeTender("cash", 2400))


def test_the_open_sale_finishes_and_the_next_one_says_what_was_kept(small_disk: Path) -> None:
    with till_under_test(small_disk / "till", ballast_mib=2) as shop:
        shop.sign_in()
        shop.till.ask(OpenShift())
        shop.scan(CANDLE[1:])
        fill(small_disk)
        for _ in range(400):  # the write-ahead log has some room of its own before it must grow
            shop.till.ask(Pay(), TakeTender("cash", 2400))
            assert shop.till.shell.screen is ScreenName.DONE
            if any(notice.title == "The disk is full" for notice in shop.till.notices):
                break
            shop.till.ask(NextSale())
            shop.scan(CANDLE[1:])
        assert not (small_disk / "till" / "ballast.bin").exists()
        told = next(notice for notice in shop.till.notices if notice.title == "The disk is full")
        assert "was kept" in told.text
        sold = shop.kinds().count("sale.completed")
        fill(small_disk)
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
        (small_disk / "filler").unlink()
        shop.till.ask(TakeTender("cash", 2400))
        assert shop.till.shell.screen is ScreenName.DONE
        assert shop.kinds().count("sale.completed") == sold + 1
