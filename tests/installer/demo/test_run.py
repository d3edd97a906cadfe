"""``comptoir demo``: wrong options are named, and a display decides what is shown."""

import argparse
from pathlib import Path

import pytest

from installer.demo.run import has_display, run_demo


def arguments(**other: object) -> argparse.Namespace:
    plain = {"headless": True, "seed": 1, "minutes": 30, "size": 2000, "units": 1200, "clients": 300, "folder": None}
    return argparse.Namespace(**plain | other)


@pytest.mark.parametrize(
    ("option", "value"), [("size", 1_000_001), ("units", 200_001), ("clients", 0), ("minutes", 0), ("units", 3)]
)
def test_a_number_out_of_range_is_named(option: str, value: int, capsys: pytest.CaptureFixture[str]) -> None:
    assert run_demo(arguments(**{option: value})) == 2
    assert f"--{option}" in capsys.readouterr().err


def test_a_folder_whose_day_is_over_isnt_played_again(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "shop.json").write_text("{}")
    assert run_demo(arguments(folder=tmp_path)) == 2
    assert "another folder" in capsys.readouterr().out


def test_a_display_is_what_the_environment_says(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.platform", "linux")
    monkeypatch.delenv("DISPLAY", raising=False)
    monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)
    assert not has_display()
    monkeypatch.setenv("DISPLAY", ":7")
    assert has_display()
