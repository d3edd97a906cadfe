"""What a gate's readers tell while a commit is under way: decided at once, written by the next commit.

A siren must not wait for a slow disk. The state in memory holds all that is being committed, so what is decided
meanwhile follows from it; should the commit fail, both are forgotten together.
"""

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor, wait

import structlog

from edge_agent.effects import Act, Commit, Effect
from edge_agent.errors import HalfDone
from edge_agent.inbox import Inbox
from edge_agent.messages import Message

log = structlog.get_logger(__name__)

LOOK_S = 0.002
"""how often the gates are looked at while the disk works"""


class Ahead:
    """Belongs to the heart's thread, but for the commits, which have one of their own.

    ``decide(message, head)`` gives the effects of a message when the journal stands at ``head``; ``act`` does what is
    urgent at once.
    """

    def __init__(
        self, inbox: Inbox, decide: Callable[[Message, int], list[Effect]], act: Callable[[Act], None]
    ) -> None:
        self.effects: list[Effect] = []
        """decided, not yet written"""
        self.stale = False
        """something failed half-way: the state must be loaded again"""
        self._inbox = inbox
        self._decide = decide
        self._act = act
        self._hand: ThreadPoolExecutor | None = None

    def commit(self, commit: Callable[[], object], head: int) -> None:
        """Let ``commit`` end in its thread, ``head`` being what it writes up to. Raises what it raises."""
        if self._hand is None:
            self._hand = ThreadPoolExecutor(1, thread_name_prefix="commit")
        done: Future[object] = self._hand.submit(commit)
        while not done.done():
            message = None if self.stale else self._inbox.get_gate()
            if message is None:
                wait((done,), LOOK_S)
            else:
                head = self._take(message, head)
        done.result(0)

    def forget(self) -> None:
        """What was decided stands on something that wasn't written."""
        self.effects, self.stale = [], False

    def stop(self) -> None:
        """End the thread."""
        if self._hand is not None:
            self._hand.shutdown()
            self._hand = None

    def _take(self, message: Message, head: int) -> int:
        try:
            effects = self._decide(message, head)
        except Exception as error:
            self.stale = isinstance(error, HalfDone)
            log.error("message failed", message=type(message).__name__, error=repr(error), exc_info=True)
            return head
        for effect in effects:
            if isinstance(effect, Act) and effect.urgent:
                self._act(effect)
            else:
                self.effects.append(effect)
            if isinstance(effect, Commit):
                head += len(effect.facts)
        return head
