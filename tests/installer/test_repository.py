"""What the repository promises about itself: its top level, its pins, and what it doesn't speak of."""

import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
TOP = {
    "retail", "drivers", "sync", "edge_agent", "store_app", "installer", "tests", "pyproject.toml", "README.md",
    "CHANGELOG.md", "LICENSE",
}  # fmt: skip


def _tracked() -> list[str]:
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=False, timeout=30)
    if listed.returncode:
        pytest.skip("not a git checkout")
    return listed.stdout.splitlines()


def test_nothing_else_lies_at_the_top() -> None:
    top = {path.split("/")[0] for path in _tracked()}
    assert {name for name in top if not name.startswith(".")} == TOP


def test_every_pin_has_an_exact_version_and_hashes_and_no_address() -> None:
    text = (ROOT / "installer" / "pins.txt").read_text(encoding="utf-8")
    assert "://" not in text
    assert "--index" not in text
    for block in re.split(r"\n(?=\S)", text.strip()):
        assert re.match(r"[\w.-]+(\[[\w,-]+\])?==\S+", block), block[:80]
        assert "--hash=sha256:" in block, block[:80]


def test_every_dependency_of_the_project_is_pinned() -> None:
    project = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    pinned = {
        re.split(r"[=\[]", line)[0].lower()
        for line in (ROOT / "installer" / "pins.txt").read_text(encoding="utf-8").splitlines()
        if "==" in line
    }
    blocks = re.findall(r"^(?:dependencies|dev) = \[(.*?)^\]", project, re.DOTALL | re.MULTILINE)
    wanted = {name.lower() for block in blocks for name in re.findall(r'"([\w.-]+)', block)}
    assert len(wanted) > 30
    assert wanted <= pinned


def test_no_data_of_others_is_kept_here() -> None:
    assert not [path for path in _tracked() if path.endswith((".jsonl", ".bytes", ".bin"))]


def test_no_file_names_a_registry_or_somebodys_home() -> None:
    """Pins and lock files come from anywhere; what this project says must hold on every machine."""
    dot = re.escape(".")
    hosts = [f"pypi{dot}org", f"pythonhosted{dot}org", f"npmjs{dot}org"]
    homes = ["root", "home/[a-z]"]
    wanted = re.compile(f"({'|'.join(hosts)}|(?:^|[ \"'=(])/(?:{'|'.join(homes)})/)", re.MULTILINE)
    named = [
        f"{path}: {found[0]}"
        for path in _tracked()
        if (ROOT / path).is_file() and (found := wanted.search((ROOT / path).read_text("utf-8", "ignore")))
    ]
    assert named == []
