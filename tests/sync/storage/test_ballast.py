"""The reserve on the disk: given up once, counted, and taken on again only when there is plenty of room."""

from pathlib import Path

from sync.storage.ballast import Ballast
from tests.support.small_disk import MIB, fill, small_disk


def test_the_reserve_is_given_up_once_and_counted(tmp_path: Path) -> None:
    ballast = Ballast(tmp_path / "ballast", MIB)
    assert ballast.take_on()
    assert (tmp_path / "ballast").stat().st_size == MIB
    assert not ballast.missing
    assert ballast.release()
    assert not ballast.release(), "there was none left to give"
    assert ballast.times_released == 1
    assert ballast.missing


def test_it_is_taken_on_again_when_the_disk_has_plenty_of_room(tmp_path: Path) -> None:
    with small_disk(tmp_path / "disk", 8) as disk:
        ballast = Ballast(disk / "ballast", MIB)
        assert ballast.take_on()
        fill(disk)
        ballast.release()
        assert not ballast.take_on_again(), "what was given up is needed by whoever writes"
        assert not (disk / "ballast").exists()
        (disk / "filler").unlink()
        assert ballast.take_on_again()
        assert (disk / "ballast").stat().st_size == MIB
        assert not ballast.missing


def test_a_disk_without_room_has_no_reserve_and_no_half_of_one(tmp_path: Path) -> None:
    with small_disk(tmp_path / "disk", 2) as disk:
        fill(disk)
        ballast = Ballast(disk / "ballast", MIB)
        assert not ballast.take_on()
        assert ballast.missing
        assert not (disk / "ballast").exists()
