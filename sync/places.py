"""Where a program keeps its settings and its data when nobody says so: what the system has for that."""

from pathlib import Path

from platformdirs import user_config_path, user_data_path

APP = "comptoir"


def settings_file(program: str) -> Path:
    """``till.toml`` and the like: ``~/.config/comptoir`` on Linux, the user's AppData on Windows."""
    return user_config_path(APP, appauthor=False) / f"{program}.toml"


def data_folder(program: str) -> Path:
    """A folder of the program's own: below ``~/.local/share/comptoir`` on Linux, the user's AppData on Windows."""
    return user_data_path(APP, appauthor=False) / program
