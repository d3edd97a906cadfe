"""A ledger on each database that it supports, and the devices of two stores."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from sync.ledger.refunds import SimulatedProvider
from sync.ledger.settings import LedgerSettings
from sync.ledger.wiring import Ledger
from tests.support.ledgers import Device, ledger_settings, running_ledger


@pytest.fixture
def settings(request: pytest.FixtureRequest, tmp_path: Path) -> LedgerSettings:
    """SQLite, unless a test asks for both databases with ``on_both_databases``."""
    if getattr(request, "param", "sqlite") == "sqlite":
        return ledger_settings(tmp_path / "ledger")
    return ledger_settings(tmp_path / "ledger", database=request.getfixturevalue("postgres_url"))


@pytest.fixture
def provider() -> SimulatedProvider:
    return SimulatedProvider()


@pytest.fixture
def ledger(settings: LedgerSettings, provider: SimulatedProvider) -> Iterator[Ledger]:
    with running_ledger(settings, provider) as made:
        yield made


class Shops:
    """Tills and agents of two stores, made when they are asked for."""

    def __init__(self, folder: Path, settings: LedgerSettings) -> None:
        self._folder = folder
        self._settings = settings
        self._made: dict[str, Device] = {}

    def __getitem__(self, device: str) -> Device:
        if device not in self._made:
            self._made[device] = Device(self._folder, device, self._settings)
        return self._made[device]

    def close(self) -> None:
        for device in self._made.values():
            device.close()


@pytest.fixture
def shops(tmp_path: Path, settings: LedgerSettings) -> Iterator[Shops]:
    made = Shops(tmp_path, settings)
    yield made
    made.close()
