"""Reading single rows with their version, and stretches of keys."""

from pathlib import Path

from sync.feeds.reference import Reference
from sync.feeds.row import FeedRow


def test_rows_come_with_their_version_and_by_the_beginning_of_their_key(tmp_path: Path) -> None:
    reference = Reference(tmp_path)
    rows = [FeedRow(3, "1@A", 1, {"atp": 1}), FeedRow(4, "1@B", 1, {"atp": 2}), FeedRow(5, "2@A", 1, {"atp": 3})]
    reference.apply("network-stock", [*rows, FeedRow(6, "1@C", 1, None)], 6)
    assert reference.versioned("network-stock", "1@B") == (4, {"atp": 2})
    assert reference.versioned("network-stock", "1@C") is None
    assert [key for key, _row in reference.rows_from("network-stock", "1@")] == ["1@A", "1@B"]
    reference.close()
