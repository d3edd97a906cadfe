"""kill -9 of a process that writes: whatever was said to be committed is there, once, in a chain that verifies."""

import random
import subprocess
import sys
from pathlib import Path

from sqlalchemy import func, select

from retail.facts import StaffSignedIn
from sync.storage.tables import meta
from sync.verify import verify_journals
from tests.support.books import open_book
from tests.support.processes import ROOT

ROUNDS = 3


def test_a_killed_writer_loses_nothing_that_it_said(tmp_path: Path) -> None:
    said = 0
    chance = random.Random(4)
    for _ in range(ROUNDS):
        said = _killed_after(tmp_path, said, chance.randint(5, 60))
        with open_book(tmp_path) as book:
            book.recover()
            with book.read() as conn:
                assert verify_journals(conn) == []
                assert conn.execute(select(func.count()).select_from(meta)).scalar_one() == book.head.seq
            assert said <= book.head.seq <= said + 1
            said = book.head.seq
    with open_book(tmp_path) as book, book.unit() as work:
        assert work.record(StaffSignedIn(staff="the next"))[1] == said + 1


def _killed_after(folder: Path, start: int, facts: int) -> int:
    """Run the writer, kill it after so many facts; returns the last one that it said."""
    writer = Path(__file__).with_name("writer.py")
    command = [sys.executable, str(writer), str(folder)]
    with subprocess.Popen(command, cwd=ROOT, env={"PYTHONPATH": str(ROOT)}, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        last = start
        for _ in range(facts):
            line = process.stdout.readline()
            assert line, "the writer ended by itself"
            last = int(line)
        process.kill()
        for line in process.stdout:
            last = int(line) if line.endswith(b"\n") else last
    return last
