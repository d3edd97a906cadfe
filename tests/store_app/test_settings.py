"""A till's TOML file: what it may say, and what is said about what it may not."""

from pathlib import Path

import pytest

from retail.barcode import FRANCE, patterns
from store_app.settings import load_settings
from sync.configuration import SettingsError

GOOD = """
[till]
store = "LYO1"
device = "LYO1-T1"
folder = "{folder}"
[agent]
url = "http://127.0.0.1:8710/"
[devices]
scanner = "serial:///dev/ttyUSB0?baud=9600"
"""


def write(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "till.toml"
    path.write_text(text.replace("{folder}", tmp_path.as_posix()), encoding="utf-8")
    return path


def test_a_short_file_is_enough(tmp_path: Path) -> None:
    settings = load_settings(write(tmp_path, GOOD))
    assert settings.agent.url == "http://127.0.0.1:8710"
    assert settings.agent.public is None
    assert settings.devices.pad_kind == "chafon-serial"
    assert settings.till.locale == "fr"


def test_price_and_weight_codes_are_those_of_france_unless_named(tmp_path: Path) -> None:
    assert patterns(load_settings(write(tmp_path, GOOD)).till.scale_codes) == FRANCE
    named = GOOD.replace('store = "LYO1"', 'store = "LYO1"\nscale_codes = ["weight 28.....{NNDDD}."]')
    assert load_settings(write(tmp_path, named)).till.scale_codes == ("weight 28.....{NNDDD}.",)


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        (GOOD.replace("scanner =", "scaner ="), "devices.scaner"),
        (GOOD.replace('"http://127.0.0.1:8710/"', '"127.0.0.1"'), "agent.url"),
        (GOOD.replace("[devices]", 'public_key = "no key"\n[devices]'), "agent.public_key"),
        (GOOD.replace("[devices]", 'public_key = "AAAA"\n[devices]'), "32 bytes"),
        (GOOD.replace('store = "LYO1"', ""), "till.store"),
        (GOOD.replace('store = "LYO1"', 'store = "LYO1"\nscale_codes = ["price 23"]'), "till.scale_codes"),
        (GOOD + "\n[till2]\nx = 1\n", "till2"),
    ],
)
def test_what_is_wrong_is_named(tmp_path: Path, wrong: str, said: str) -> None:
    with pytest.raises(SettingsError) as error:
        load_settings(write(tmp_path, wrong))
    assert said in str(error.value)
    assert "till.toml" in str(error.value)
