"""A program under test is seen starting, ended by its own id, and quoted when it doesn't start."""

import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest

from tests.support.processes import Program, free_port

SCRIPT = """
import signal, sys
from http.server import BaseHTTPRequestHandler, HTTPServer

class Health(BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(int(status))
        self.end_headers()

    def log_message(self, *_):
        "Quiet: a tail of the log must still hold what was printed first."

port, status, manner = sys.argv[1:]
print("tiny server on port", port, flush=True)
if manner == "broken":
    sys.exit("the port is not to its liking")
if manner == "stubborn":
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
HTTPServer(("127.0.0.1", int(port)), Health).serve_forever()
"""
posix = pytest.mark.skipif(sys.platform == "win32", reason="Windows ends a process without asking it")
Start = Callable[..., Program]


@pytest.fixture
def tiny(tmp_path: Path) -> Iterator[Start]:
    """``tiny(status, manner)``: a small web server, not yet started; it is gone after the test."""
    script = tmp_path / "tiny.py"
    script.write_text(SCRIPT)
    made: list[Program] = []

    class Tiny(Program):
        runs = (str(script),)

    def make(status: int = 200, manner: str = "willing") -> Program:
        port = free_port()
        health = f"http://127.0.0.1:{port}/"
        made.append(Tiny(str(port), str(status), manner, health=health, log=tmp_path / f"{port}.log"))
        return made[-1]

    yield make
    for program in made:
        program.kill()


def answers(program: Program) -> bool:
    """Whether somebody still listens where the program did."""
    try:
        return httpx.get(program.health, timeout=2).is_success
    except httpx.ConnectError:
        return False


def test_start_returns_when_the_health_page_answers(tiny: Start) -> None:
    program = tiny().start()
    assert program.running
    assert answers(program)
    assert program.pid != os.getpid()


def test_kill_ends_this_program_and_no_other(tiny: Start) -> None:
    one, other = tiny().start(), tiny().start()
    one.kill()
    assert not one.running
    assert not answers(one)
    assert other.running
    assert answers(other)


def test_stop_ends_this_program_and_no_other(tiny: Start) -> None:
    one, other = tiny().start(), tiny().start()
    one.stop()
    assert not one.running
    assert not answers(one)
    assert answers(other)


def test_a_killed_program_starts_again_under_another_id(tiny: Start) -> None:
    program = tiny().start()
    before = program.pid
    program.kill()
    assert program.start().pid != before
    assert answers(program)


def test_it_runs_for_a_with_block(tiny: Start) -> None:
    with tiny() as program:
        assert answers(program)
    assert not program.running


def test_what_a_program_that_ends_has_printed_is_shown(tiny: Start) -> None:
    program = tiny(manner="broken")
    with pytest.raises(AssertionError, match="ended with 1") as raised:
        program.start()
    assert "tiny server on port" in str(raised.value)
    assert "the port is not to its liking" in str(raised.value)


def test_a_program_that_never_gets_ready_is_shown_and_killed(tiny: Start) -> None:
    program = tiny(status=503)
    with pytest.raises(AssertionError, match=r"in vain for .* to be ready") as raised:
        program.start(timeout=3)
    assert "tiny server on port" in str(raised.value)
    assert not program.running


@posix
def test_a_program_that_does_not_end_when_asked_is_killed_and_told(tiny: Start) -> None:
    program = tiny(manner="stubborn").start()
    with pytest.raises(AssertionError, match=r"didn't end in 0\.3 s") as raised:
        program.stop(timeout=0.3)
    assert "tiny server on port" in str(raised.value)
    assert not program.running


def test_before_its_start_it_has_no_id_and_nothing_to_end(tiny: Start) -> None:
    program = tiny()
    with pytest.raises(AssertionError, match="isn't started"):
        assert program.pid
    program.kill()
    assert program.stop() == 0
    assert program.tail() == ""


def test_the_tail_is_the_last_lines(tmp_path: Path) -> None:
    log = tmp_path / "log"
    log.write_text("one\ntwo\nthree\n")
    assert Program(health="", log=log).tail(2) == "two\nthree"
