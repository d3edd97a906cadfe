"""Finds the folder of published test figures; tests skip with a reason where it is absent."""

import csv
import json
import os
from pathlib import Path
from typing import Any

import pytest


def data_root() -> Path:
    """The folder with ``data/`` in it: ``COMPTOIR_SHARED``, else ``../shared`` beside the repository."""
    named = os.environ.get("COMPTOIR_SHARED")
    return Path(named) if named else Path(__file__).resolve().parents[2].parent / "shared"


def data_file(name: str) -> Path:
    """The path of ``data/<name>``; skips the test when it isn't there."""
    path = data_root() / "data" / name
    if not path.exists():
        pytest.skip(f"test figures not found: {path} (set COMPTOIR_SHARED)", allow_module_level=True)
    return path


def csv_rows(name: str) -> list[dict[str, str]]:
    """The rows of a CSV file with a header line."""
    with data_file(name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def json_data(name: str) -> Any:
    """A JSON file's content."""
    return json.loads(data_file(name).read_text(encoding="utf-8"))


def json_lines(name: str) -> list[dict[str, Any]]:
    """The objects of a file with one JSON object a line."""
    return [json.loads(line) for line in data_file(name).read_text(encoding="utf-8").splitlines() if line.strip()]
