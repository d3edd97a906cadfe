"""Devices: what they tell is counted by the supervisor; people may ask them to show themselves or switch an output."""

from drivers.contracts import Identify, SetGpo
from edge_agent.effects import Act, Draft
from edge_agent.handlers import gate_senses, sirens
from edge_agent.messages import CommandArrived, ReaderBack, ReaderLost, ReaderSpoke
from edge_agent.shop import Shop
from retail.errors import Refused
from retail.staff import require

IDENTIFY_S = 5
LONGEST_PULSE_MS = 60_000


def told(message: ReaderLost | ReaderBack | ReaderSpoke, shop: Shop, draft: Draft) -> None:
    """A reader came or went: gates and zones that it watches are blind meanwhile. Or an input of it changed."""
    if isinstance(message, ReaderLost):
        shop.live.blind.add(message.reader)
    elif isinstance(message, ReaderBack):
        shop.live.blind.discard(message.reader)
        sirens.linked(message.reader, shop)
    else:
        gate_senses.spoke(message.event, shop)
        sirens.spoke(message.event, shop, draft)


def identify(message: CommandArrived, shop: Shop, draft: Draft) -> None:
    """``device.identify {device}``"""
    reader = _reader(message, shop)
    draft.acts.append(Act(reader, Identify(IDENTIFY_S)))


def gpo(message: CommandArrived, shop: Shop, draft: Draft) -> None:
    """``device.gpo {device, port, on, pulse_ms, approved_by}``, of somebody who may, or with whom may approve it.

    With ``pulse_ms`` (at most a minute) it falls back by itself.
    """
    person = shop.staff.get(message.by)
    if person is None:
        raise Refused("not_permitted", f"nobody here is called {message.by!r}")
    require(person, "devices", shop.staff.get(str(message.args.get("approved_by", ""))))
    reader = _reader(message, shop)
    pulse_ms = int(message.args.get("pulse_ms", 0))
    if not 0 <= pulse_ms <= LONGEST_PULSE_MS:
        raise Refused("malformed", f"a pulse of {pulse_ms} ms isn't possible")
    command = SetGpo(int(message.args["port"]), bool(message.args["on"]), pulse_ms)
    sirens.switched(reader, command.port, shop)
    draft.acts.append(Act(reader, command))


def _reader(message: CommandArrived, shop: Shop) -> str:
    name = str(message.args.get("device") or message.subject)
    if name not in {reader.name for reader in shop.settings.readers}:
        raise Refused("unknown_device", f"there is no reader {name!r} here")
    return name
