"""Published figures are found where the variable says, and their absence skips a test with words."""

from pathlib import Path

import pytest

from tests.support.shared_data import csv_rows, data_file, data_root, json_data, json_lines


@pytest.fixture
def named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty ``data`` folder that ``COMPTOIR_SHARED`` names."""
    monkeypatch.setenv("COMPTOIR_SHARED", str(tmp_path))
    (tmp_path / "data").mkdir()
    return tmp_path / "data"


def test_the_variable_names_the_folder(named: Path) -> None:
    assert data_root() == named.parent
    (named / "one.txt").write_text("1")
    assert data_file("one.txt") == named / "one.txt"


def test_without_the_variable_it_is_beside_the_repository(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("COMPTOIR_SHARED", raising=False)
    repository = Path(__file__).resolve().parents[2]
    assert data_root() == repository.parent / "shared"


@pytest.mark.parametrize("read", [data_file, csv_rows, json_data, json_lines])
def test_an_absent_file_skips_with_its_path_and_the_remedy(named: Path, read: object) -> None:
    assert callable(read)
    with pytest.raises(pytest.skip.Exception) as skipped:
        read("pos/nothing.csv")
    assert str(named / "pos" / "nothing.csv") in str(skipped.value)
    assert "COMPTOIR_SHARED" in str(skipped.value)


def test_an_absent_folder_skips_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COMPTOIR_SHARED", str(tmp_path / "nowhere"))
    with pytest.raises(pytest.skip.Exception, match="test figures not found"):
        data_file("epc_vectors")


def test_tables_and_objects_are_read(named: Path) -> None:
    (named / "t.csv").write_text("epc,name\n30,Élan\n", encoding="utf-8")
    (named / "o.json").write_text('{"a": ["é"]}', encoding="utf-8")
    (named / "l.jsonl").write_text('{"n": 1}\n\n{"n": 2}\n', encoding="utf-8")
    assert csv_rows("t.csv") == [{"epc": "30", "name": "Élan"}]
    assert json_data("o.json") == {"a": ["é"]}
    assert json_lines("l.jsonl") == [{"n": 1}, {"n": 2}]
