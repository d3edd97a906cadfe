"""Trouble with a reader's protocol is logged when it starts and when it ends, and counted all the time."""

from structlog.testing import capture_logs

from drivers.rfid.garbage import QUIET_S, GarbageWatch


def test_trouble_is_told_at_its_start_and_its_end_and_counted_throughout() -> None:
    now = 100.0
    watch = GarbageWatch("quai", mono=lambda: now)
    with capture_logs() as logs:
        assert watch.bad("noise", 3)
        assert not watch.bad("noise", 4)
        watch.good()
        now += QUIET_S
        watch.good()
        watch.good()
        assert watch.bad("noise again")
    assert [(line["event"], line.get("dropped")) for line in logs] == [
        ("reader.garbled", None),
        ("reader.sound_again", 7),
        ("reader.garbled", None),
    ]
    assert watch.dropped == 8
