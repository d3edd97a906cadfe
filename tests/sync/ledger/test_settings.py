"""``ledger.toml``: what is wrong is said with file, key and remedy; enrolment beside a running ledger."""

import base64
from pathlib import Path

import pytest

from sync.configuration import SettingsError
from sync.identity.enrolment import EnrolmentError
from sync.identity.keys import Identity
from sync.ledger.settings import load_settings
from sync.ledger.wiring import enrol
from tests.support.ledgers import Device, ledger_settings, running_ledger


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ('data = "x"\nfoo = 1', "foo"),
        ('data = "x"\n[http]\nport = 99999', "http.port"),
        ('data = "x"\n[routing]\nrule = "nearest-moon"', "routing.rule"),
        ('data = "x"\n[[channels]]\nname = "web"\ntoken = "short"', "channels.0.token"),
        ("data = 3", "data"),
    ],
)
def test_a_wrong_setting_names_file_key_and_remedy(tmp_path: Path, text: str, key: str) -> None:
    path = tmp_path / "ledger.toml"
    path.write_text(text)
    with pytest.raises(SettingsError) as found:
        load_settings(path)
    assert found.value.key == key
    assert str(path) in str(found.value)
    assert found.value.remedy


@pytest.mark.parametrize(
    ("text", "secrets"),
    [
        (
            'data = "x"\n[[operations]]\nname = "a"\ntoken = "one-and-the-same-token"\n'
            '[[channels]]\nname = "b"\ntoken = "one-and-the-same-token"',
            ["one-and-the-same"],
        ),
        ('data = "x"\n[[channels]]\nname = "web"\ntoken = "too-short"', ["too-short"]),
        ('data = "x"\n[[channels]]\nname = "web"\ntoken = 31415926', ["31415926"]),
        ('data = "x"\nchannels = "a-token-in-a-wrong-place"', ["wrong-place"]),
        ('data = "x"\ndatabase = ["postgresql://till:hunter2@db/ledger"]', ["hunter2"]),
        ('data = 3\ndatabase = "postgresql://till:hunter2@db/ledger"', ["hunter2"]),
        ('data = "x"\n[database]\nurl = "postgresql://till:hunter2@db/ledger"', ["hunter2"]),
    ],
)
def test_no_secret_stands_in_an_error(tmp_path: Path, text: str, secrets: list[str]) -> None:
    path = tmp_path / "ledger.toml"
    path.write_text(text)
    with pytest.raises(SettingsError) as found:
        load_settings(path)
    assert not [secret for secret in secrets if secret in str(found.value)]


@pytest.mark.parametrize(
    ("text", "says", "remedy"),
    [
        ("[http]\nport = 99999", "99999", "65535 or less"),
        ("[routing]\nsafety = -1", "-1", "0 or more"),
        ('[log]\nlevel = "loud"', "'loud'", "'debug', 'info', 'warning' or 'error'"),
        ('[routing]\nrule = "nearest-moon"', "nearest-moon", "Change the value."),
    ],
)
def test_a_remedy_names_bounds_and_choices(tmp_path: Path, text: str, says: str, remedy: str) -> None:
    path = tmp_path / "ledger.toml"
    path.write_text(f'data = "x"\n{text}')
    with pytest.raises(SettingsError) as found:
        load_settings(path)
    assert says in str(found.value)
    assert remedy in found.value.remedy


def test_a_token_is_not_shown(tmp_path: Path) -> None:
    assert "operations-token" not in repr(ledger_settings(tmp_path))


def test_a_device_is_enrolled_while_the_ledger_runs(tmp_path: Path) -> None:
    settings = ledger_settings(tmp_path / "ledger")
    with running_ledger(settings) as ledger:
        device = Device(tmp_path, "LYO1-A", settings)
        assert device.get(ledger.url, "/v1/feeds").status_code == 200
        other = Identity.create(tmp_path / "other", "LYO1", "LYO1-A")
        with pytest.raises(EnrolmentError, match="another key"):
            enrol(settings, "LYO1", "LYO1-A", "agent", other.public)
        shown = enrol(settings, "LYO1", "LYO1-A", "agent", device.identity.public)
        assert base64.b64encode(shown) == base64.b64encode(ledger.identity.public)
        device.close()
