"""A till that hangs up after its test."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.agents import TillSide


@pytest.fixture
def till(tmp_path: Path) -> Iterator[TillSide]:
    """A till of the store, not yet known to any agent."""
    made = TillSide(tmp_path)
    yield made
    made.close()
