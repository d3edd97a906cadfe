"""The table of device kinds."""

import subprocess
import sys
from importlib.metadata import EntryPoint, EntryPoints
from pathlib import Path

import pytest

from drivers import registry
from drivers.errors import NotFound, NotInstalled

READERS = [
    "llrp",
    "impinj-mqtt",
    "zebra-mqtt",
    "zebra-handheld",
    "neutral-mqtt",
    "impinj-http",
    "chafon-serial",
    "thingmagic",
    "r2000",
]
URLS = {
    "llrp": "tcp://h",
    "impinj-http": "https://h",
    "chafon-serial": "serial://COM9",
    "thingmagic": "serial://COM8",
    "r2000": "tcp://h",
}


@pytest.mark.parametrize("kind", READERS)
def test_every_reader_of_the_table_can_be_made_without_its_device(kind: str) -> None:
    reader = registry.open_reader(kind, "gate-1", URLS.get(kind, "mqtt://h/topic/#"))
    assert reader.name == "gate-1"
    reader.close()


@pytest.mark.parametrize("kind", READERS)
def test_an_unknown_option_is_named(kind: str) -> None:
    with pytest.raises(NotFound, match="colour"):
        registry.open_reader(kind, "gate-1", URLS.get(kind, "mqtt://h/topic/#"), colour="red")


@pytest.mark.parametrize("kind", sorted(registry.TABLE))
def test_every_row_of_the_table_leads_somewhere(kind: str) -> None:
    assert callable(registry.maker(kind))


def test_an_option_that_a_constructor_lacks_is_named() -> None:
    with pytest.raises(NotFound, match="colour"):
        registry.open_scanner("serial-scanner", "till", "serial://COM9", colour="red")


def test_an_unknown_kind_lists_the_known() -> None:
    with pytest.raises(NotFound, match=r"there are .*llrp"):
        registry.open_reader("teapot", "gate-1", "tcp://h")


def test_a_missing_library_explains_itself(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "needy_driver.py").write_text("import a_library_that_nobody_has\n")
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.setitem(registry.TABLE, "needy", ("needy_driver", "NeedyReader"))
    with pytest.raises(NotInstalled, match="a_library_that_nobody_has"):
        registry.open_reader("needy", "x", "tcp://h")


def test_drivers_from_outside_are_found_by_entry_point(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "outside_driver.py").write_text(
        "class Outside:\n"
        "    def __init__(self, name): self.name = name\n"
        "def outside(name, url): return Outside(f'{name} at {url}')\n"
    )
    monkeypatch.syspath_prepend(str(tmp_path))
    offered = EntryPoints(
        [
            EntryPoint("outside", "outside_driver:outside", registry.ENTRY_POINTS),
            EntryPoint("broken", "outside_driver_gone:Outside", registry.ENTRY_POINTS),
        ]
    )
    monkeypatch.setattr(registry, "entry_points", lambda **params: offered.select(**params))
    assert registry.open_reader("outside", "gate", "x://y").name == "gate at x://y"
    assert "outside" in registry.kinds()
    with pytest.raises(NotInstalled, match="outside_driver_gone"):
        registry.open_reader("broken", "gate", "x://y")
    sys.modules.pop("outside_driver", None)


def test_drivers_are_imported_only_when_asked_for() -> None:
    code = "import sys, drivers.registry; print([m for m in sys.modules if m.startswith(('drivers.rfid', 'paho'))])"
    root = Path(registry.__file__).parents[1]
    ran = subprocess.run([sys.executable, "-c", code], cwd=root, capture_output=True, text=True, timeout=60, check=True)
    assert ran.stdout.strip() == "[]"
