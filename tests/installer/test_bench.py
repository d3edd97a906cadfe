"""The table of speeds: cheap rows really run, and the table reads as a table."""

from pathlib import Path

import pytest

from tests.bench.__main__ import footer, render
from tests.bench.row import Row, best_p99, count, millis, percentile, rate_row, time_row
from tests.bench.run import Run
from tests.bench.table import TABLE, measure


@pytest.mark.parametrize("name", ["llrp", "reprice"])
def test_a_cheap_row_is_measured(name: str, tmp_path: Path) -> None:
    rows = measure(name, Run(tmp_path, "tiny"))
    assert rows
    assert all(row.ratio is not None and row.ratio > 0 for row in rows)
    assert [Row(**row.as_json()) for row in rows] == rows  # type: ignore[arg-type]  # what a child process prints


def test_every_entry_names_a_module_that_is_there() -> None:
    root = Path(__file__).resolve().parents[2]
    assert [name for name, module in TABLE.items() if not (root / f"{module.replace('.', '/')}.py").is_file()] == []


def test_the_table_has_one_line_a_row_and_aligned_columns() -> None:
    lines = render([Row("scan", "12 ms", "p99 30 ms", 2.5), Row("a longer name", "failed")]).splitlines()
    assert len(lines) == 4
    assert {line.index("12 ms") for line in lines if "12 ms" in line} == {lines[0].index("measured")}
    assert "2.5×" in lines[2]
    assert "Python 3" in footer("tiny")


def test_percentiles_and_ratios() -> None:
    samples = [float(n) for n in range(1, 101)]
    assert (percentile(samples, 50), percentile(samples, 99), percentile([7.0], 99)) == (50, 99, 7)
    assert best_p99([[1, 9], [2, 3]]) == [2, 3]
    assert time_row("x", samples, 198).ratio == 2
    assert rate_row("x", 10_000, 20_000).ratio == 0.5
    with pytest.raises(ValueError, match="nothing"):
        percentile([], 50)


def test_figures_have_three_digits_and_a_unit() -> None:
    assert [millis(ms) for ms in (0.0123, 12.34, 2340)] == ["12.3 µs", "12.3 ms", "2.34 s"]
    assert [count(number) for number in (12, 12_345, 2_500_000)] == ["12", "12.3 k", "2.5 M"]
