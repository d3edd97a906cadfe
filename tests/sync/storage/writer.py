"""A program that writes facts until it is killed: each is said on standard output once it is committed."""

import sys
from pathlib import Path

from retail.facts import StaffSignedIn
from tests.support.books import open_book


def main(folder: Path) -> None:
    """Commit a row and a fact, say its number, for ever."""
    with open_book(folder) as book:
        book.recover()
        while True:
            with book.unit() as work:
                _, seq = work.record(StaffSignedIn(staff="s" * 200))
                work.conn.exec_driver_sql(f"INSERT INTO meta (key, value) VALUES ('fact-{seq}', '{seq}')")
            sys.stdout.write(f"{seq}\n")
            sys.stdout.flush()


main(Path(sys.argv[1]))
