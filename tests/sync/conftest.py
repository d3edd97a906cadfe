"""Fixtures for every database that the book runs on."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine

from sync.storage.book import Book
from sync.storage.engine import migrate, open_engine
from tests.support.books import open_book
from tests.support.postgres import postgres_server, postgres_url

__all__ = ["postgres_server", "postgres_url"]


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def engine(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    """An empty, migrated database: SQLite, then PostgreSQL."""
    address = tmp_path / "book.db" if request.param == "sqlite" else request.getfixturevalue("postgres_url")
    made = open_engine(address)
    migrate(made)
    yield made
    made.dispose()


@pytest.fixture
def till(tmp_path: Path) -> Iterator[Book]:
    """A till's book."""
    with open_book(tmp_path / "till") as book:
        yield book
