"""The README says what is true: its settings load, its commands exist, its pictures are there and small."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from edge_agent.settings import load_settings as load_agent
from installer.cli import main
from store_app.settings import load_settings as load_till
from sync.ledger.settings import load_settings as load_ledger

ROOT = Path(__file__).resolve().parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")
LOADERS: dict[str, Callable[[Path], Any]] = {"ledger": load_ledger, "agent": load_agent, "till": load_till}


@pytest.mark.parametrize("program", LOADERS)
def test_its_settings_load(program: str, tmp_path: Path) -> None:
    block = re.search(rf"```toml\n(# {program}\.toml.*?)```", README, re.DOTALL)
    assert block is not None, f"no settings of the {program} in the README"
    file = tmp_path / f"{program}.toml"
    file.write_text(block.group(1), encoding="utf-8")
    assert LOADERS[program](file)


@pytest.mark.parametrize("command", ["till", "agent", "ledger", "demo", "verify", "doctor", "identity"])
def test_its_commands_exist(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as left:
        main([command, "--help"])
    assert left.value.code == 0
    assert f"comptoir {command}" in capsys.readouterr().out


def test_its_pictures_are_there_and_small() -> None:
    pictures = re.findall(r"\]\((installer/pictures/[^)]+)\)", README)
    assert len(pictures) == 3
    assert all(0 < (ROOT / picture).stat().st_size < 200_000 for picture in pictures)


def test_the_folders_that_it_names_exist() -> None:
    for path in re.findall(r"`((?:retail|drivers|sync|edge_agent|store_app|installer|tests)/[\w/.]*)`", README):
        assert (ROOT / path).exists(), path
