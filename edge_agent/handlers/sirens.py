"""Whether a gate's siren obeys: said once on every till and on the health page when it doesn't, until it does.

A command that can't be sent says so at once. Some readers refuse later: what isn't refused for some seconds was done.
The alarms for which it didn't sound are corrected by a fact: ``AlarmRaised`` says only what it was told.
"""

from collections.abc import Iterable

from drivers.contracts import SetGpo
from drivers.readings import ReaderEvent, ReaderEventKind
from edge_agent.effects import Draft
from edge_agent.live import FailedSiren, SwitchedSiren
from edge_agent.messages import CommandEnded
from edge_agent.shop import Shop
from retail.facts import SirenFailed

FEED_KEY = "siren-"
"""how the rows of ``alarms`` begin that tell of a siren that failed"""
ANSWER_MS = 6_000
"""within which a reader refuses; a little longer than drivers wait for one"""
STUCK_MS = 15_000
"""after which a driver that hasn't taken the command hangs"""
LONGEST = 200
"""of a reason, in letters"""


def switched(reader: str, port: int, shop: Shop, alarms: Iterable[str] = ()) -> None:
    """An output is about to be told something; if it is a siren, for these alarms, what comes of it is waited for."""
    if _siren_of(shop, reader) == port:
        before = shop.live.switched.get(reader)
        told = [*(before.alarms if before is not None else ()), *alarms]
        shop.live.switched[reader] = SwitchedSiren(shop.live.mono_ms(), told)


def ended(message: CommandEnded, shop: Shop, draft: Draft) -> None:
    """A command was handed to a reader, or couldn't be."""
    command = message.command
    if not isinstance(command, SetGpo) or command.port != _siren_of(shop, message.reader):
        return
    if message.trouble:
        _failed(message.reader, FailedSiren(message.trouble[:LONGEST], message.unlinked), shop, draft)
    elif message.reader in shop.live.switched:  # else it was refused before this was told
        one = shop.live.switched[message.reader]
        one.sent, one.at_ms = True, shop.live.mono_ms()


def spoke(event: ReaderEvent, shop: Shop, draft: Draft) -> None:
    """A reader said something beside reads: that may be that its siren can't be switched."""
    if event.kind is ReaderEventKind.CONNECTED:
        linked(event.reader, shop)
    port = _siren_of(shop, event.reader)
    if event.kind is not ReaderEventKind.OUTPUT_REFUSED or port is None:
        return
    if event.port == port or (not event.port and event.reader in shop.live.switched):
        _failed(event.reader, FailedSiren(event.text[:LONGEST]), shop, draft)


def linked(reader: str, shop: Shop) -> None:
    """A reader's link stands: a siren that failed for want of it may sound again."""
    failed = shop.live.failed_sirens.get(reader)
    if failed is not None and failed.unlinked:
        del shop.live.failed_sirens[reader]


def watch(shop: Shop, draft: Draft) -> None:
    """Time passes: a siren that was switched without a complaint works. Tell the tills what has changed."""
    live, now_ms = shop.live, shop.live.mono_ms()
    for reader, one in list(live.switched.items()):
        if one.sent and now_ms - one.at_ms > ANSWER_MS:
            del live.switched[reader]
            live.failed_sirens.pop(reader, None)
        elif not one.sent and now_ms - one.at_ms > STUCK_MS:
            _failed(reader, FailedSiren("its driver doesn't take the command"), shop, draft)
    for reader in [one for one in live.failed_sirens if _siren_of(shop, one) is None]:
        del live.failed_sirens[reader]
    _tell(shop, draft)


def _failed(reader: str, failed: FailedSiren, shop: Shop, draft: Draft) -> None:
    shop.live.failed_sirens[reader] = failed
    told = shop.live.switched.pop(reader, None)
    if told is not None and told.alarms:
        draft.record(SirenFailed(reader=reader, alarms=tuple(told.alarms), text=failed.why))


def _tell(shop: Shop, draft: Draft) -> None:
    live = shop.live
    for reader, failed in sorted(live.failed_sirens.items()):
        if live.told_sirens.get(reader) != failed:
            draft.publish("alarms", f"{FEED_KEY}{reader}", _row(reader, failed, shop, draft.now))
    for reader in sorted(live.told_sirens.keys() - live.failed_sirens.keys()):
        draft.publish("alarms", f"{FEED_KEY}{reader}", None)
    live.told_sirens = dict(live.failed_sirens)


def _row(reader: str, failed: FailedSiren, shop: Shop, now: int) -> dict[str, object]:
    gates = next((one.gates for one in shop.settings.readers if one.name == reader), frozenset())
    return {
        "id": f"{FEED_KEY}{reader}", "at": now, "kind": "siren_failed", "gate": min(gates, default=""),
        "unit": None, "gtin": None, "state": "open", "siren": False, "subject": reader, "text": failed.why,
        "unlinked": failed.unlinked,
    }  # fmt: skip


def _siren_of(shop: Shop, name: str) -> int | None:
    found = next((one for one in shop.settings.readers if one.name == name), None)
    return found.gpo.port if found is not None and found.gpo is not None else None
