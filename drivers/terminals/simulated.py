"""The simulated card terminal: charges once, asks for the status after silence, disarms after two minutes."""

import threading
import time

import msgspec
import structlog

from drivers.errors import DeviceError, Disconnected, Garbled
from drivers.ports import Port, open_port
from drivers.readings import PaymentOutcome, PaymentStatus
from drivers.terminals.messages import Answer, Ask, Lines, Standing, Verb, decode_answer, encode, without_card_numbers

log = structlog.get_logger(__name__)

_TICK = 0.2
_STATUS: dict[Standing, PaymentStatus] = {
    "approved": PaymentStatus.APPROVED,
    "partial": PaymentStatus.PARTIAL,
    "declined": PaymentStatus.DECLINED,
    "cancelled": PaymentStatus.CANCELLED,
    "unknown": PaymentStatus.UNKNOWN,
    "pending": PaymentStatus.IN_DOUBT,
}


class SimulatedTerminal:
    """A terminal at ``url`` (``tcp://host:port``).

    ``silence_s``: how long to wait for an answer before asking for the status. ``disarm_s``: when to take a
    payment back from a terminal at which nobody finishes. One attempt is sent at most once in the life of this
    object; a till that comes back after a crash asks :meth:`status`.
    """

    def __init__(self, name: str, url: str, *, silence_s: float = 5.0, disarm_s: float = 120.0) -> None:
        self.name = name
        self._url = url
        self._silence_s = silence_s
        self._disarm_s = disarm_s
        self._port: Port | None = None
        self._lines = Lines()
        self._busy = threading.Lock()
        self._abandoned: set[str] = set()
        self._sent: set[str] = set()

    def open(self) -> None:
        """Connect; raises NotFound, Disconnected."""
        with self._busy:
            self._connect()

    def close(self) -> None:
        self._shut()

    def charge(self, attempt: str, minor: int, currency: str, timeout: float) -> PaymentOutcome:
        """Let the customer pay. Never raises: what the terminal didn't say is IN_DOUBT, what it never got is UNKNOWN.

        Blocks until the customer is done, at most ``timeout`` (or ``disarm_s``) seconds and a status request."""
        return self._pay(Ask("charge", attempt, minor, currency), timeout)

    def refund(self, attempt: str, minor: int, currency: str, timeout: float) -> PaymentOutcome:
        """Give money back to a card; as :meth:`charge`."""
        return self._pay(Ask("refund", attempt, minor, currency), timeout)

    def reverse(self, attempt: str, timeout: float) -> PaymentOutcome:
        """Take an approved charge back; CANCELLED when that is done, IN_DOUBT when the terminal didn't say.

        Safe to repeat: a reversed attempt stays reversed."""
        return self._ask_again(Ask("reverse", attempt), timeout)

    def status(self, attempt: str, timeout: float) -> PaymentOutcome:
        """How an attempt stands; UNKNOWN if the terminal never got it, IN_DOUBT if it doesn't say."""
        return self._ask_again(Ask("status", attempt), timeout)

    def abandon(self, attempt: str) -> None:
        """From any thread: the cashier gives up waiting; the running charge is disarmed and its outcome returned."""
        self._abandoned.add(attempt)

    def _pay(self, ask: Ask, timeout: float) -> PaymentOutcome:
        with self._busy:
            first = ask.attempt not in self._sent
            if first:
                try:
                    self._connected()
                except DeviceError as error:
                    return PaymentOutcome(ask.attempt, PaymentStatus.UNKNOWN, text=str(error))
                self._sent.add(ask.attempt)
                self._send(ask)
            outcome = self._wait(ask.attempt, min(timeout, self._disarm_s))
            self._abandoned.discard(ask.attempt)
            return outcome

    def _wait(self, attempt: str, seconds: float) -> PaymentOutcome:
        """Listen for the outcome, ask for it after each silence, disarm at the end."""
        ends = time.monotonic() + seconds
        ask_at = time.monotonic() + self._silence_s
        while time.monotonic() < ends and attempt not in self._abandoned:
            answer = self._listen(attempt, None, min(_TICK, max(0.0, ends - time.monotonic())))
            if answer is None and (self._port is None or time.monotonic() >= ask_at):
                answer = self._request(Ask("status", attempt), min(self._silence_s, 2.0))
                ask_at = time.monotonic() + self._silence_s
                if answer is None:
                    self._shut()
                    time.sleep(_TICK)
            if answer is not None and answer.status == "unknown":
                break  # the charge was lost on its way; disarming makes sure that it can't arrive later
            if answer is not None and answer.status != "pending":
                return _outcome(answer)
        return self._disarm(attempt)

    def _disarm(self, attempt: str) -> PaymentOutcome:
        answer = self._request(Ask("cancel", attempt), 2.0) or self._request(Ask("status", attempt), 2.0)
        if answer is None or answer.status == "pending":
            log.warning("terminal.in_doubt", terminal=self.name, attempt=attempt)
            return PaymentOutcome(attempt, PaymentStatus.IN_DOUBT, text="the terminal didn't answer")
        return _outcome(answer)

    def _ask_again(self, ask: Ask, timeout: float) -> PaymentOutcome:
        """Ask what may be asked twice, over a new link if the old one is dead."""
        with self._busy:
            ends = time.monotonic() + timeout
            while True:
                left = ends - time.monotonic()
                answer = self._request(ask, max(0.05, min(left, 2.0)))
                if answer is not None:
                    return _outcome(answer)
                self._shut()
                if left <= _TICK:
                    return PaymentOutcome(ask.attempt, PaymentStatus.IN_DOUBT, text="the terminal didn't answer")
                time.sleep(min(_TICK, max(0.0, ends - time.monotonic())))

    def _request(self, ask: Ask, timeout: float) -> Answer | None:
        ends = time.monotonic() + timeout
        try:
            self._connected()
        except DeviceError:
            return None
        self._send(ask)
        while self._port is not None and (left := ends - time.monotonic()) > 0:
            answer = self._listen(ask.attempt, ask.do, left)
            if answer is not None:
                return answer
        return None

    def _listen(self, attempt: str, verb: Verb | None, timeout: float) -> Answer | None:
        """The answer about ``attempt`` (to ``verb``, or any final one), or None; a dead link is closed."""
        if self._port is None:
            return None
        try:
            data = self._port.read(timeout)
            answers = [self._decoded(line) for line in self._lines.feed(data)]
        except (DeviceError, OverflowError) as error:
            log.warning("terminal.lost", terminal=self.name, text=str(error))
            self._shut()
            return None
        ours = [answer for answer in answers if answer.attempt == attempt]
        final = [answer for answer in ours if answer.do in ("charge", "refund") and answer.status != "pending"]
        if verb is not None and verb != "reverse" and final:
            return final[-1]
        fitting = [answer for answer in ours if verb is None or answer.do == verb]
        return fitting[-1] if fitting else None

    def _decoded(self, line: bytes) -> Answer:
        try:
            return decode_answer(line)
        except msgspec.DecodeError as error:
            raise Garbled(f"{self.name}: not an answer ({error})") from error

    def _send(self, ask: Ask) -> None:
        if self._port is None:
            return
        try:
            self._port.write(encode(ask), 2.0)
        except DeviceError as error:
            log.warning("terminal.lost", terminal=self.name, text=str(error))
            self._shut()

    def _connected(self) -> None:
        if self._port is None:
            self._connect()
            return
        try:  # a link that died while nobody paid is noticed here, before anything is sent over it
            self._lines.feed(self._port.read(0.0))
        except (Disconnected, OverflowError):
            self._connect()

    def _connect(self) -> None:
        self._shut()
        port = open_port(self._url)
        port.open()
        self._port = port
        self._lines = Lines()

    def _shut(self) -> None:
        port, self._port = self._port, None
        if port is not None:
            port.close()


def _outcome(answer: Answer) -> PaymentOutcome:
    return PaymentOutcome(
        answer.attempt,
        _STATUS[answer.status],
        answer.minor,
        without_card_numbers(answer.ref),
        answer.masked[-4:],
        without_card_numbers(answer.text),
        tuple(without_card_numbers(line) for line in answer.slip),
    )
