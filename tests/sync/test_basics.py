"""Clock, settings, logs, keys, PINs, enrolment, migrations, back-off."""

import json
import logging
import stat
from pathlib import Path

import pytest
import structlog
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import BaseModel
from sqlalchemy import Column, Engine, MetaData, String, Table, inspect

from sync.clock import ClockSettings, SystemClock
from sync.configuration import SettingsError, load
from sync.identity.enrolment import EnrolmentError, enrol, peer_of, peers, public_of, revoke
from sync.identity.keys import Identity, KeyTrouble, TicketKey, verify, verify_es256
from sync.identity.pins import hash_pin, load_or_create_pepper, verify_pin
from sync.logs import configure, scrub_text
from sync.post.backoff import Backoff
from sync.storage.engine import Step, create_tables, migrate, writing


class Reader(BaseModel):
    url: str
    antennas: int = 1


class Programme(BaseModel):
    store: str
    clock: ClockSettings = ClockSettings()
    readers: list[Reader] = []


def test_processes_with_one_origin_and_anchor_agree() -> None:
    settings_ = ClockSettings(origin=1_000_000, speed=60.0, anchor=1_763_712_000_000)
    one, other = settings_.build(), settings_.build()
    assert abs(one.now_ms() - other.now_ms()) < 60 * 1000
    assert SystemClock().mono_ms() > 0
    assert -14 * 60 <= SystemClock().utc_offset_min() <= 14 * 60
    with pytest.raises(ValueError, match="speed"):
        SystemClock(speed=0)


@pytest.mark.parametrize(
    ("text", "key", "remedy"),
    [
        ('stoer = "LYO1"', "store", "Add it"),
        ('store = "LYO1"\nstoer = 1', "stoer", "Did you mean store?"),
        ('store = "LYO1"\n[[readers]]\nurl = "x"\nantenas = 3', "readers.0.antenas", "antennas"),
        ('store = "LYO1"\n[[readers]]\nurl = "x"\nantennas = "many"', "readers.0.antennas", "Change"),
        ('store = "LYO1"\n[clock]\nspeed = -1', "clock.speed", "Change"),
        ('store = "LYO1"\n[clock]\nsped = 1', "clock.sped", "name"),
        ("store = ", "", "Mend"),
    ],
)
def test_wrong_settings_name_file_key_and_remedy(tmp_path: Path, text: str, key: str, remedy: str) -> None:
    path = tmp_path / "agent.toml"
    path.write_text(text)
    with pytest.raises(SettingsError) as caught:
        load(path, Programme)
    assert str(path) in str(caught.value)
    assert caught.value.key == key
    assert remedy in str(caught.value)


def test_right_settings_are_read_and_a_missing_file_is_said(tmp_path: Path) -> None:
    path = tmp_path / "till.toml"
    path.write_text('store = "LYO1"\n[[readers]]\nurl = "tcp://x"\n')
    assert load(path, Programme).readers == [Reader(url="tcp://x")]
    with pytest.raises(SettingsError, match="no such file"):
        load(tmp_path / "none.toml", Programme)


def test_card_numbers_never_reach_the_log(capfd: pytest.CaptureFixture[str]) -> None:
    before = logging.getLogger().handlers[:]
    try:
        configure(json=True, level="INFO")
        log = structlog.get_logger("test")
        try:
            raise ValueError("paid with 4111 1111 1111 1111")
        except ValueError:
            log.exception(
                "failed", card="4111111111111111", number=5500005555555559, nested={"a": ["4111-1111-1111-1111"]}
            )
        log.info("sold", gtin="04006381333931", at=1763712000000)
        logging.getLogger("foreign").warning("4111111111111111")
        said = capfd.readouterr().err
    finally:
        structlog.reset_defaults()
        logging.getLogger().handlers[:] = before
    assert "4111" not in said.replace("****1111", "")
    assert "5500005555555559" not in said
    assert json.loads(said.splitlines()[1])["gtin"] == "04006381333931"
    assert "1763712000000" in said


@given(st.text(alphabet="0123456789 -ab", max_size=40))
@settings(max_examples=60, deadline=None)
def test_scrubbing_never_fails_and_is_stable(text: str) -> None:
    assert scrub_text(scrub_text(text)) == scrub_text(text)


def test_keys_are_made_once_for_their_owner_alone(tmp_path: Path) -> None:
    made = Identity.create(tmp_path, "LYO1", "LYO1-T1")
    assert stat.S_IMODE((tmp_path / "device.key").stat().st_mode) == 0o600
    again = Identity.load(tmp_path)
    assert (again.store, again.device, again.public) == ("LYO1", "LYO1-T1", made.public)
    assert verify(made.public, b"data", again.sign(b"data"))
    assert not verify(made.public, b"date", again.sign(b"data"))
    assert not verify(b"short", b"data", bytes(64))
    with pytest.raises(KeyTrouble, match="exists already"):
        Identity.create(tmp_path, "LYO1", "LYO1-T1")
    with pytest.raises(KeyTrouble, match="not of LYO1-T2"):
        Identity.load_or_create(tmp_path, "LYO1", "LYO1-T2")
    with pytest.raises(KeyTrouble, match="enrol"):
        Identity.load(tmp_path / "nowhere")
    (tmp_path / "device.key").write_text("nonsense")
    with pytest.raises(KeyTrouble, match="can't be read"):
        Identity.load(tmp_path)


def test_ticket_signatures_are_raw_es256(tmp_path: Path) -> None:
    key = TicketKey.load_or_create(tmp_path)
    signature = key.sign(b"ticket")
    assert len(signature) == 64
    assert TicketKey.load_or_create(tmp_path).key_id == key.key_id
    assert verify_es256(key.public_pem, b"ticket", signature)
    assert not verify_es256(key.public_pem, b"ticke7", signature)
    assert not verify_es256(key.public_pem, b"ticket", signature[:-1])
    assert not verify_es256(b"nonsense", b"ticket", signature)


def test_a_pepper_that_a_power_cut_left_empty_is_made_anew(tmp_path: Path) -> None:
    (tmp_path / "pepper.key").touch()
    made = load_or_create_pepper(tmp_path / "pepper.key")
    assert len(made) == 32
    assert load_or_create_pepper(tmp_path / "pepper.key") == made
    assert [path.name for path in tmp_path.iterdir()] == ["pepper.key"]


def test_pins_need_the_pepper(tmp_path: Path) -> None:
    pepper = load_or_create_pepper(tmp_path / "pepper")
    assert load_or_create_pepper(tmp_path / "pepper") == pepper
    hashed = hash_pin("1234", pepper)
    assert hashed.startswith("$argon2id$")
    assert verify_pin(hashed, "1234", pepper)
    assert not verify_pin(hashed, "1235", pepper)
    assert not verify_pin(hashed, "1234", b"another")
    assert not verify_pin("nonsense", "1234", pepper)


def test_enrolment_is_explicit_and_a_key_is_not_replaced(engine: Engine) -> None:
    with writing(engine) as conn:
        assert peer_of(conn, "LYO1-T1") is None
        for _ in range(2):
            enrol(conn, "LYO1", "LYO1-T1", "till", bytes(32), at=4)
        assert [peer.device for peer in peers(conn, "LYO1")] == ["LYO1-T1"]
        with pytest.raises(EnrolmentError, match="new id"):
            enrol(conn, "LYO1", "LYO1-T1", "till", b"1" * 32)
        with pytest.raises(EnrolmentError, match="32 bytes"):
            enrol(conn, "LYO1", "LYO1-T2", "till", b"1")
        revoke(conn, "LYO1-T1", at=5)
        assert peer_of(conn, "LYO1-T1") is None
        assert public_of(conn, "LYO1-T1") == bytes(32)
        with pytest.raises(EnrolmentError):
            revoke(conn, "LYO1-T9", at=5)


def test_each_step_runs_once(engine: Engine) -> None:
    table = Table("of_another_package", MetaData(), Column("id", String, primary_key=True))
    steps = [Step("other", 1, "its table", create_tables([table]))]
    assert [step.package for step in migrate(engine, steps)] == ["other"]
    assert migrate(engine, steps) == []
    assert "of_another_package" in inspect(engine).get_table_names()


def test_back_off_grows_to_its_cap_and_forgets() -> None:
    backoff = Backoff(cap_s=8.0)
    assert backoff.due(0.0)
    waits = []
    for _ in range(10):
        backoff.failed(100.0)
        waits.append(backoff.wait_s(100.0))
    assert 0.25 <= waits[0] <= 0.5
    assert all(4.0 <= wait <= 8.0 for wait in waits[5:])
    assert backoff.since == 100.0
    backoff.succeeded()
    assert backoff.due(100.0)
