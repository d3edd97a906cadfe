"""What follows from a message: plain functions that read the shop and draft facts, acts and replies.

Nothing here changes the shop: that is ``edge_agent.evolve``'s, once the decision stands.
"""

from collections.abc import Callable

from edge_agent.effects import Draft
from edge_agent.handlers import causes, commands, devices, feeds, reads, sirens, timers
from edge_agent.messages import (
    CommandArrived,
    CommandEnded,
    FactArrived,
    FeedChanged,
    Json,
    LogRefused,
    Message,
    ReaderBack,
    ReaderLost,
    ReaderSpoke,
    ReadsArrived,
    Tick,
    TimeCame,
)
from edge_agent.shop import Shop
from retail.errors import Refused


def decide(message: Message, shop: Shop, draft: Draft) -> None:
    """Draft what follows from anything but a command."""
    match message:
        case ReadsArrived():
            reads.arrived(message, shop, draft)
        case Tick():
            reads.ticked(message, shop, draft)
        case FactArrived():
            causes.arrived(message, shop, draft)
        case LogRefused():
            causes.refused(message, shop, draft)
        case FeedChanged():
            feeds.changed(message, shop, draft)
        case TimeCame():
            timers.came(message, shop, draft)
        case ReaderLost() | ReaderBack() | ReaderSpoke():
            devices.told(message, shop, draft)
        case CommandEnded():
            sirens.ended(message, shop, draft)


def command(message: CommandArrived, shop: Shop, draft: Draft) -> Json:
    """Draft what a person asked for; returns what the answer says besides its facts. Raises :class:`Refused`."""
    handler: Callable[[CommandArrived, Shop, Draft], Json | None] | None = commands.TABLE.get(message.kind)
    if handler is None:
        raise Refused("unknown_command", f"there is no command {message.kind!r}")
    try:
        return handler(message, shop, draft) or {}
    except (KeyError, TypeError, ValueError) as error:
        raise Refused("malformed", f"{message.kind}: {error!r}") from error


def refusal(no: Refused) -> Json:
    """The body of a 409: the reason that a screen branches on, the state, and what would have been allowed."""
    details = {key: _plain(value) for key, value in no.details.items()}
    return {"reason": no.reason, "text": no.text, "state": details.pop("state", None), **details}


def _plain(value: object) -> object:
    if isinstance(value, str | int | float | bool) or value is None:
        return value
    if isinstance(value, dict):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, tuple | list | set | frozenset):
        return [_plain(item) for item in value]
    return str(value)
