"""One row of a feed in one version, and a stretch of them."""

from collections.abc import Mapping
from typing import NamedTuple

import msgspec

Body = Mapping[str, object] | str | None


class FeedRow(NamedTuple):
    """``v`` is the version of the body's shape; ``body`` is JSON text or an object, None is a deletion."""

    version: int
    key: str
    v: int
    body: Body


class Page(NamedTuple):
    """Rows in order of version, the cursor after them, and whether there are more."""

    rows: list[FeedRow]
    cursor: int
    more: bool
    epoch: str = ""


class FeedState(NamedTuple):
    """Where a feed stands at its publisher."""

    version: int
    horizon: int
    epoch: str


class SnapshotRequired(Exception):
    """The cursor is too old, or belongs to another publisher: only a snapshot helps."""

    def __init__(self, feed: str, since: int, horizon: int) -> None:
        self.feed = feed
        super().__init__(f"feed {feed}: deltas begin at {horizon}, the cursor is {since}")


def text_of(body: Body) -> str | None:
    """The JSON text of a body."""
    if body is None or isinstance(body, str):
        return body
    return msgspec.json.encode(body).decode()
