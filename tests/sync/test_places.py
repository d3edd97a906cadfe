"""Settings and data stand where the system keeps such things; each program has its own."""

from pathlib import Path

import pytest

from edge_agent.settings import AgentSettings
from store_app.settings import TillSection
from sync.ledger.settings import LedgerSettings
from sync.places import data_folder, settings_file


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A user whose folders are elsewhere."""
    for name in ("XDG_CONFIG_HOME", "XDG_DATA_HOME", "LOCALAPPDATA", "HOME"):
        monkeypatch.setenv(name, str(tmp_path))
    return tmp_path


def test_settings_and_data_are_the_users_own(home: Path) -> None:
    assert settings_file("till").is_relative_to(home)
    assert settings_file("till").name == "till.toml"
    assert data_folder("till").is_relative_to(home)


def test_programs_without_a_named_folder_dont_share_one(home: Path) -> None:
    till = TillSection(store="LYO1", device="LYO1-T1").folder
    agent = AgentSettings(store="LYO1", device="LYO1-A").data
    ledger = LedgerSettings().data
    assert len({till, agent, ledger}) == 3
    assert all(folder.is_relative_to(home) for folder in (till, agent, ledger))
