"""A full disk while facts are written: nothing half-done, a clear error, and the ballast makes room."""

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from retail.facts import StaffSignedIn
from sync.storage.ballast import Ballast
from sync.storage.book import Book
from sync.storage.engine import StorageFull
from sync.verify import verify_journals
from tests.support.books import open_book


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of 3 MB."""
    place = tmp_path / "disk"
    place.mkdir()
    try:
        done = subprocess.run(
            ["mount", "-t", "tmpfs", "-o", "size=3m", "tmpfs", str(place)], capture_output=True, timeout=20
        )
    except FileNotFoundError:
        pytest.skip("there is no mount program")
    if done.returncode:
        pytest.skip(f"mounting isn't allowed here: {done.stderr.decode().strip()}")
    yield place
    subprocess.run(["umount", str(place)], check=True, timeout=20)


def test_a_full_disk_is_said_and_what_was_committed_stays(small_disk: Path) -> None:
    ballast = Ballast(small_disk / "ballast", 1024 * 1024)
    assert ballast.take_on()
    with open_book(small_disk / "till") as plain:
        book = Book(plain.engine, plain.identity, plain.clock, anchor=plain.anchor, ballast=ballast)
        committed = _fill(book)
        assert book.head.seq == committed > 0
        assert not (small_disk / "ballast").exists()
        with book.unit() as work:
            work.record(StaffSignedIn(staff="the sale that was open"))
        book.recover()
        with book.read() as conn:
            assert verify_journals(conn) == []


def _fill(book: Book) -> int:
    """Commit until the disk is full; returns how many facts were committed."""
    for n in range(1, 2000):
        try:
            _commit(book, os.urandom(20_000).hex())
        except StorageFull:
            return n - 1
    raise AssertionError("the disk never became full")


def _commit(book: Book, staff: str) -> None:
    with book.unit() as work:
        work.record(StaffSignedIn(staff=staff))
