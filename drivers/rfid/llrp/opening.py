"""What is said on a new connection before reads come: taken or refused, the version, our ROSpec.

After a lost link the reader goes on and holds its reports; if its ROSpec is still ours, we only tell it to let them go
(ENABLE_EVENTS_AND_REPORTS), else it is configured anew.
"""

import time
from collections.abc import Callable
from dataclasses import replace
from typing import Final

import structlog

from drivers.errors import Busy, Disconnected, Garbled, Rejected
from drivers.rfid.llrp import configure, messages
from drivers.rfid.llrp.capabilities import Capabilities
from drivers.rfid.llrp.codec import Frame, Message, Param, decode_frame
from drivers.rfid.llrp.events import event_data, reader_time
from drivers.rfid.llrp.settings import LlrpSettings
from drivers.rfid.llrp.status import expect_success, refusal
from drivers.rfid.llrp.talk import ANSWER_S, Talk

log = structlog.get_logger(__name__)

NEWEST: Final = 2
"""LLRP 1.1, as message headers bear it."""

_ACTIVE: Final = 2
_REFUSALS: Final = {
    1: "it has connected to a client by itself",
    2: "another client is connected",
    3: "it can't take a connection now",
}


def await_connection(talk: Talk, take: Callable[[list[Frame]], None], tell_time: Callable[[int, bool], None]) -> None:
    """A reader's first word is whether it takes us, and what time it has; Busy if it doesn't take us."""
    deadline = time.monotonic() + ANSWER_S
    while time.monotonic() < deadline:
        frames = talk.receive(max(deadline - time.monotonic(), 0.0))
        for place, frame in enumerate(frames):
            data = _attempt(frame)
            if data is None:
                take([frame])
                continue
            _taken(data, talk.name)
            stamp = reader_time(data)
            if stamp is not None:
                tell_time(*stamp)
            take(frames[place + 1 :])
            return
    raise Disconnected(f"{talk.name}: connected, but no word of LLRP within {ANSWER_S:g} s; is this the right port?")


def _attempt(frame: Frame) -> Param | None:
    """The notification with a reader's word on our connection; None for any other message."""
    if frame.type != messages.READER_EVENT_NOTIFICATION:
        return None
    try:
        data = event_data(decode_frame(frame))
    except Garbled:
        return None
    return data if data.first("ConnectionAttemptEvent") is not None else None


def _taken(data: Param, reader: str) -> None:
    for attempt in data.all("ConnectionAttemptEvent"):
        status = attempt.number("Status")
        if status:
            raise Busy(f"{reader}: the reader refuses us: {_REFUSALS.get(status, f'status {status}')}")


def negotiate(talk: Talk) -> None:
    """Speak LLRP 1.1 if the reader has it (LLRP 1.1, section 9.1.1); one that hasn't stays on 1.0.1."""
    answer = talk.ask_frankly(Message("GET_SUPPORTED_VERSION", version=NEWEST))
    if refusal(answer) or answer.number("SupportedVersion") < NEWEST:
        log.info("reader.stays_on_1_0_1", reader=talk.name, why=refusal(answer))
        return
    if answer.number("CurrentVersion") != NEWEST:
        wish = Message("SET_PROTOCOL_VERSION", {"ProtocolVersion": NEWEST}, version=NEWEST)
        expect_success(talk.ask_frankly(wish), talk.name)
    talk.version = NEWEST


def start(talk: Talk, capabilities: Capabilities, settings: LlrpSettings, *, inventory: bool) -> None:
    """Our ROSpec on the reader, running if ``inventory``; Rejected if the reader won't have it."""
    ours = configure.rospec(capabilities, settings)
    existing = next((p for p in talk.ask(Message("GET_ROSPECS")).all("ROSpec") if configure.same_rospec(ours, p)), None)
    talk.send(Message("ENABLE_EVENTS_AND_REPORTS"))
    if existing is not None and existing.number("CurrentState"):
        # it went on without us, and lets what it held go now
        talk.ask(configure.reader_config(capabilities, settings))
        running = existing.number("CurrentState") == _ACTIVE
        if running != inventory:
            talk.ask(configure.rospec_message("START_ROSPEC" if inventory else "STOP_ROSPEC"))
        return
    talk.ask(configure.rospec_message("DELETE_ROSPEC", 0))
    talk.ask(configure.reader_config(capabilities, settings))
    _add_rospec(talk, ours, capabilities, settings)
    talk.ask(configure.rospec_message("ENABLE_ROSPEC"))
    if inventory:
        talk.ask(configure.rospec_message("START_ROSPEC"))


def _add_rospec(talk: Talk, ours: Param, capabilities: Capabilities, settings: LlrpSettings) -> None:
    """Some firmware refuses its own maker's extras: better to read without them than not at all."""
    try:
        talk.ask(Message("ADD_ROSPEC", {}, [ours]))
    except Rejected as error:
        if not settings.extras:
            raise
        log.warning("reader.extras_refused", reader=talk.name, why=str(error))
        plain = configure.rospec(capabilities, replace(settings, extras=False))
        talk.ask(Message("ADD_ROSPEC", {}, [plain]))
