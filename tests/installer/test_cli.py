"""The ``comptoir`` command: devices are let in, mistakes are answered with one line, the doctor sees what is wrong."""

import base64
import io
from pathlib import Path

import pytest

from installer.cli import main
from sync.feeds.apply import row
from sync.identity.enrolment import peer_of
from sync.identity.pins import load_or_create_pepper, verify_pin
from sync.storage.engine import open_engine, reading
from tests.support.postgres import postgres_server, postgres_url

__all__ = ["postgres_server", "postgres_url"]

Out = pytest.CaptureFixture[str]


def ledger_toml(folder: Path) -> Path:
    file = folder / "ledger.toml"
    file.write_text(f'data = "{(folder / "ledger").as_posix()}"\n', encoding="utf-8")
    return file


def enrol(folder: Path, key: str, device: str = "S1-T1") -> int:
    config = str(ledger_toml(folder))
    named = ["--store", "S1", "--device", device, "--kind", "till", "--public-key", key]
    return main(["ledger", "--config", config, "enrol", "--config", config, *named])


def identity(folder: Path, device: str = "S1-T1") -> int:
    return main(["identity", "--folder", str(folder / device), "--store", "S1", "--device", device])


def test_a_device_is_enrolled_with_the_key_that_it_printed(tmp_path: Path, capsys: Out) -> None:
    assert identity(tmp_path) == 0
    key = capsys.readouterr().out.strip()
    assert len(base64.b64decode(key, validate=True)) == 32
    assert enrol(tmp_path, key) == 0
    own = capsys.readouterr().out.splitlines()[-1]
    assert len(base64.b64decode(own, validate=True)) == 32
    assert own != key


def test_a_key_is_shown_again_not_made_again(tmp_path: Path, capsys: Out) -> None:
    identity(tmp_path)
    first = capsys.readouterr().out
    identity(tmp_path)
    assert capsys.readouterr().out == first


def test_a_folder_of_another_device_is_refused_in_one_line(tmp_path: Path, capsys: Out) -> None:
    identity(tmp_path)
    assert main(["identity", "--folder", str(tmp_path / "S1-T1"), "--store", "S1", "--device", "S1-T9"]) == 2
    assert "S1-T1" in capsys.readouterr().err


@pytest.mark.parametrize("key", ["not base64!", base64.b64encode(b"short").decode()])
def test_a_wrong_public_key_is_refused_in_one_line(tmp_path: Path, capsys: Out, key: str) -> None:
    assert enrol(tmp_path, key) == 2
    assert len(capsys.readouterr().err.strip().splitlines()) == 1


def test_an_id_that_belongs_to_another_key_is_refused(tmp_path: Path, capsys: Out) -> None:
    keys = []
    for folder in ("a", "b"):
        identity(tmp_path / folder)
        keys.append(capsys.readouterr().out.strip())
    assert enrol(tmp_path, keys[0]) == 0
    assert enrol(tmp_path, keys[1]) == 2
    assert "new id" in capsys.readouterr().err


def test_a_device_that_was_stolen_is_let_in_no_more_and_its_store_is_told(tmp_path: Path, capsys: Out) -> None:
    identity(tmp_path)
    key = capsys.readouterr().out.strip()
    assert enrol(tmp_path, key) == 0
    config = str(ledger_toml(tmp_path))
    assert main(["ledger", "revoke", "--config", config, "--device", "S1-T1"]) == 0
    assert "S1-T1 of S1" in capsys.readouterr().out
    engine = open_engine(tmp_path / "ledger" / "ledger.db")
    with reading(engine) as conn:
        assert peer_of(conn, "S1-T1") is None
        assert row(conn, "settings", "S1", "devices") == {"devices": []}
    engine.dispose()
    for again in (["revoke", "--device", "S1-T1"], ["revoke", "--device", "nobody"]):
        assert main(["ledger", "--config", config, *again]) == 2
        assert "isn't enrolled" in capsys.readouterr().err
    assert enrol(tmp_path, key) == 2
    assert "was revoked" in capsys.readouterr().err


@pytest.mark.parametrize("device", ["S1/T1", "../T1", "T 1", "T1?x", "T1\0", "é", "", "T" * 65])
def test_an_id_that_no_address_can_hold_is_refused(tmp_path: Path, capsys: Out, device: str) -> None:
    key = base64.b64encode(b"k" * 32).decode()
    assert enrol(tmp_path, key, device) == 2
    assert "can't be an id" in capsys.readouterr().err


def test_a_settings_file_that_isnt_there_is_named(tmp_path: Path, capsys: Out) -> None:
    assert main(["agent", "--config", str(tmp_path / "no.toml")]) == 2
    assert "no.toml" in capsys.readouterr().err


def test_a_pin_is_hashed_with_the_stores_pepper(tmp_path: Path, capsys: Out, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("4711\n"))
    assert main(["pin", "--pepper", str(tmp_path / "pepper.key")]) == 0
    hashed = capsys.readouterr().out.strip()
    pepper = load_or_create_pepper(tmp_path / "pepper.key")
    assert verify_pin(hashed, "4711", pepper)
    assert not verify_pin(hashed, "4712", pepper)


def test_a_pin_of_letters_is_refused(tmp_path: Path, capsys: Out, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("abcd\n"))
    assert main(["pin", "--pepper", str(tmp_path / "pepper.key")]) == 2
    assert "four digits" in capsys.readouterr().err


def test_the_doctor_knows_whose_file_it_looks_at(tmp_path: Path, capsys: Out) -> None:
    agent = tmp_path / "agent.toml"
    agent.write_text(f'store = "S1"\ndevice = "S1-A"\ndata = "{tmp_path.as_posix()}"\n', encoding="utf-8")
    assert main(["doctor", "--config", str(agent), "--config", str(ledger_toml(tmp_path))]) == 1
    said = capsys.readouterr().out
    assert "ok   settings of the agent" in said
    assert "ok   settings of the ledger" in said
    assert "BAD  key" in said
    assert "comptoir identity" in said


def test_the_doctor_sees_a_server_that_doesnt_answer(tmp_path: Path, capsys: Out) -> None:
    identity(tmp_path)
    till = tmp_path / "till.toml"
    folder = (tmp_path / "S1-T1").as_posix()
    text = f'[till]\nstore = "S1"\ndevice = "S1-T1"\nfolder = "{folder}"\n[agent]\nurl = "http://127.0.0.1:9"\n'
    till.write_text(text, encoding="utf-8")
    assert main(["doctor", "--config", str(till)]) == 1
    said = capsys.readouterr().out
    assert "ok   key: S1-T1 of S1" in said
    assert "BAD  http://127.0.0.1:9" in said


def test_the_doctor_outlives_an_address_that_is_none(tmp_path: Path, capsys: Out) -> None:
    url = "http://[shop"
    till = tmp_path / "till.toml"
    till.write_text(f'[till]\nstore = "S1"\ndevice = "S1-T1"\n[agent]\nurl = "{url}"\n', encoding="utf-8")
    assert main(["doctor", "--config", str(till)]) == 1
    assert f"BAD  {url}: doesn't answer" in capsys.readouterr().out


def test_the_doctor_sees_a_database_that_isnt_there(tmp_path: Path, capsys: Out) -> None:
    file = ledger_toml(tmp_path)
    with file.open("a", encoding="utf-8") as text:
        text.write('database = "postgresql://nobody:secret@127.0.0.1:9/none"\n')
    assert main(["doctor", "--config", str(file)]) == 1
    said = capsys.readouterr().out
    assert "BAD  database: " in said
    assert "is PostgreSQL running" in said
    assert "secret" not in said


@pytest.mark.postgres
def test_the_doctor_sees_a_database_that_is_there(tmp_path: Path, capsys: Out, postgres_url: str) -> None:
    file = ledger_toml(tmp_path)
    with file.open("a", encoding="utf-8") as text:
        text.write(f'database = "{postgres_url}"\n')
    main(["doctor", "--config", str(file)])
    assert "ok   database: PostgreSQL " in capsys.readouterr().out


def test_verify_says_which_database_isnt_there(tmp_path: Path, capsys: Out) -> None:
    assert main(["verify", "--till", str(tmp_path / "till.db")]) == 2
    assert "till.db" in capsys.readouterr().out
