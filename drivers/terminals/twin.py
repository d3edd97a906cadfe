"""A simulated card terminal's own side: approves, declines, cancels, falls silent, answers late, loses its link."""

import threading
from collections import deque
from dataclasses import dataclass, replace
from enum import StrEnum

import msgspec

from drivers.far_end import TcpFarEnd
from drivers.terminals.messages import Answer, Ask, Lines, Standing, decode_ask, encode


class Behaviour(StrEnum):
    """What happens at the next payment."""

    APPROVE = "approve"
    DECLINE = "decline"
    CANCEL = "cancel"  # the customer presses the red key
    PARTIAL = "partial"  # a card with too little on it
    SILENCE = "silence"  # done at the terminal, but the answer never comes; status is answered
    DEAF = "deaf"  # nothing at all is answered any more, until told otherwise
    LATE = "late"  # the answer comes when `release` is called
    LOST = "lost"  # approved, and the link breaks before the answer
    LOST_BEFORE = "lost_before"  # the link breaks and the terminal never started
    GARBAGE = "garbage"  # approved, and the answer is nonsense


_VOIDED = {("cancel", "pending"), ("reverse", "approved"), ("reverse", "partial")}


@dataclass(frozen=True, slots=True)
class Payment:
    """What the terminal holds about one attempt."""

    answer: Answer
    currency: str


class TerminalTwin:
    """The terminal's side of the wire. Its memory of attempts outlives its links."""

    def __init__(self, port: int = 0, *, delay_s: float = 0.0) -> None:
        self._delay_s = delay_s
        self._script: deque[tuple[Behaviour, int]] = deque()
        self._lines = Lines()
        self._lock = threading.RLock()
        self._timers: list[threading.Timer] = []
        self._held: list[str] = []
        self._deaf = False
        self._payments: dict[str, Payment] = {}
        self.asked: list[Ask] = []
        """every request in the order of arrival"""
        self._end = TcpFarEnd(self._on_bytes, port=port, on_link=self._on_link)

    @property
    def url(self) -> str:
        """What the driver opens."""
        return self._end.url

    def start(self) -> None:
        self._end.start()

    def stop(self) -> None:
        with self._lock:
            timers = list(self._timers)
        for timer in timers:
            timer.cancel()
            timer.join(5)
        self._end.stop()

    def next(self, behaviour: Behaviour, minor: int = 0) -> None:
        """How the next payment that has no behaviour yet goes; ``minor`` is what a partial one approves."""
        with self._lock:
            self._script.append((behaviour, minor))

    def hear(self) -> None:
        """After ``DEAF``: answer again."""
        self._deaf = False

    def release(self) -> None:
        """Send the answers that are late."""
        with self._lock:
            held, self._held = self._held, []
            for attempt in held:
                if self._payments[attempt].answer.status == "pending":
                    self._finish(attempt, "approved")
                self._send(self._payments[attempt].answer)

    @property
    def charged(self) -> dict[str, int]:
        """Money really taken (negative: given back), by attempt."""
        with self._lock:
            done = {key: p.answer for key, p in self._payments.items() if p.answer.status in ("approved", "partial")}
        return {key: answer.minor if answer.do == "charge" else -answer.minor for key, answer in done.items()}

    def drop_link(self) -> None:
        """The plug is pulled."""
        self._end.drop_link()

    def _on_link(self) -> None:
        self._lines = Lines()

    def _on_bytes(self, data: bytes) -> None:
        for line in self._lines.feed(data):
            try:
                ask = decode_ask(line)
            except msgspec.DecodeError:
                continue
            with self._lock:
                self.asked.append(ask)
                self._answer(ask)

    def _answer(self, ask: Ask) -> None:
        known = self._payments.get(ask.attempt)
        if self._deaf:
            return
        if ask.do in ("charge", "refund") and known is None:
            self._begin(ask)
        elif known is None and ask.do == "cancel":  # should its charge still come, it is void already
            answer = Answer(ask.attempt, "charge", "cancelled", text="not started")
            self._payments[ask.attempt] = Payment(answer, "")
            self._send(replace_verb(answer, ask))
        elif known is None:
            self._send(Answer(ask.attempt, ask.do, "unknown"))
        else:
            if (ask.do, known.answer.status) in _VOIDED:
                self._finish(ask.attempt, "cancelled")
            self._send(replace_verb(self._payments[ask.attempt].answer, ask))

    def _begin(self, ask: Ask) -> None:
        behaviour, minor = self._script.popleft() if self._script else (Behaviour.APPROVE, 0)
        if behaviour is Behaviour.LOST_BEFORE:
            self._end.drop_link()
            return
        pending = Answer(ask.attempt, ask.do, "pending", ask.minor, ref=f"SIM{len(self._payments) + 1:06d}")
        self._payments[ask.attempt] = Payment(pending, ask.currency)
        if self._delay_s and behaviour is not Behaviour.LATE:
            timer = threading.Timer(self._delay_s, self._complete, (ask, behaviour, minor))
            timer.daemon = True
            self._timers = [old for old in self._timers if old.is_alive()]
            self._timers.append(timer)
            timer.start()
        else:
            self._complete(ask, behaviour, minor)

    def _complete(self, ask: Ask, behaviour: Behaviour, minor: int) -> None:
        with self._lock:
            if self._payments[ask.attempt].answer.status != "pending":
                return
            match behaviour:
                case Behaviour.LATE:
                    self._held.append(ask.attempt)
                    return
                case Behaviour.DEAF:
                    self._deaf = True
                    self._finish(ask.attempt, "approved")
                case Behaviour.DECLINE:
                    self._finish(ask.attempt, "declined")
                case Behaviour.CANCEL:
                    self._finish(ask.attempt, "cancelled")
                case Behaviour.PARTIAL:
                    self._finish(ask.attempt, "partial", minor or ask.minor // 2)
                case _:
                    self._finish(ask.attempt, "approved")
            self._reply(ask.attempt, behaviour)

    def _reply(self, attempt: str, behaviour: Behaviour) -> None:
        if behaviour is Behaviour.LOST:
            self._end.drop_link()
        elif behaviour is Behaviour.GARBAGE:
            self._end.send(b"\xff\x00 not json\n")
        elif behaviour not in (Behaviour.SILENCE, Behaviour.DEAF):
            self._send(self._payments[attempt].answer)

    def _finish(self, attempt: str, status: Standing, minor: int | None = None) -> None:
        payment = self._payments[attempt]
        took = payment.answer.minor if minor is None else minor
        approved = status in ("approved", "partial")
        slip = ("SIMULATED TERMINAL", payment.answer.ref, f"{took / 100:.2f} {payment.currency}", status.upper())
        answer = msgspec.structs.replace(
            payment.answer,
            status=status,
            minor=took if approved else 0,
            masked="4242" if approved else "",
            slip=slip,
        )
        self._payments[attempt] = replace(payment, answer=answer)

    def _send(self, answer: Answer) -> None:
        self._end.send(encode(answer))


def replace_verb(answer: Answer, ask: Ask) -> Answer:
    """The same standing as the answer to another request."""
    return msgspec.structs.replace(answer, do=ask.do)
