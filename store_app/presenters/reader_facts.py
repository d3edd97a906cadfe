"""One RFID reader of the store in words: what it is, how it does, and its reads by antenna over two minutes."""

import re
from collections.abc import Mapping

from store_app.presenters.shelves import Shelves
from store_app.presenters.texts import MINUS, _, ago, count, label, p_
from store_app.presenters.views import Chip, Fact, Tone, Trend, Trends

WELL = ("connected", "reading", "ok")
WARM, HOT = 60, 75
"""degrees Celsius inside a reader, from which it is worth a word"""
SKEW_MS = 1_000
"""a reader's clock may differ by so much before anybody needs to know; its reads are set right all the same"""
SHOWN_SLOTS = 120
WEAK = 0.2
"""an antenna that reads less than this share of the best one is probably not well"""
ENOUGH = 5.0
"""reads a second of the best antenna, below which nothing follows from a difference"""

_MAKERS = {"25882": "Impinj", "161": "Zebra"}
_KINDS = {
    "llrp": "LLRP",
    "impinj-mqtt": "Impinj IoT",
    "impinj-http": "Impinj IoT",
    "impinj-webhook": "Impinj IoT",
    "zebra-mqtt": "Zebra IoT",
    "zebra-handheld": "Zebra RFD",
    "chafon-serial": "Chafon",
    "thingmagic": "ThingMagic",
    "r2000": "R2000",
}


class Rates:
    """Reads by reader, antenna and slot, as the live line tells them."""

    def __init__(self) -> None:
        self._counts: dict[tuple[str, str], dict[int, int]] = {}
        self.slot = 0
        self._slot_ms = 500

    def clear(self) -> None:
        """Nobody looked meanwhile."""
        self._counts.clear()
        self.slot = 0

    def told(self, body: Mapping[str, object]) -> None:
        """The newest slots; a body that is something else is left out."""
        slot, slot_ms, rates = body.get("slot"), body.get("slot_ms"), body.get("rates")
        if not (isinstance(slot, int) and isinstance(slot_ms, int) and slot_ms > 0 and isinstance(rates, dict)):
            return
        self.slot, self._slot_ms = slot, slot_ms
        for reader, ports in rates.items():
            for port, counts in ports.items():
                known = self._counts.setdefault((reader, port), {})
                known.update(zip(range(slot - len(counts) + 1, slot + 1), counts, strict=True))
                for old in [at for at in known if at <= slot - 2 * SHOWN_SLOTS]:
                    del known[old]

    def antennas(self, reader: str) -> list[str]:
        """The antennas that were heard, by number."""
        return sorted((port for name, port in self._counts if name == reader), key=int)

    def now(self, reader: str, antenna: str) -> float:
        """Reads a second over the last two whole slots."""
        known = self._counts.get((reader, antenna), {})
        whole = [known.get(self.slot - back, 0) for back in (1, 2)]
        return max(sum(whole) / len(whole), known.get(self.slot, 0)) * 1000 / self._slot_ms

    def total(self, reader: str) -> float:
        """Reads a second of all its antennas."""
        return sum(self.now(reader, antenna) for antenna in self.antennas(reader))

    def curve(self, reader: str, antenna: str) -> tuple[float, ...]:
        """Reads a second over the last minutes, two slots a point, the oldest first."""
        known = self._counts.get((reader, antenna), {})
        newest = self.slot - 1
        each = 1000 / (2 * self._slot_ms)
        return tuple(
            (known.get(at, 0) + known.get(at + 1, 0)) * each
            for at in range(newest - 2 * SHOWN_SLOTS + 1, newest, 2)
        )  # fmt: skip


def kind_name(kind: str) -> str:
    """What people call a kind of reader."""
    return _KINDS.get(kind, kind)


def model_of(row: Mapping[str, object]) -> tuple[str, str]:
    """(model, firmware), as far as the reader tells: ``25882/2001009 8.2.1`` is an Impinj."""
    text = str(row.get("model") or "")
    found = re.fullmatch(r"(\d+)/(\S+)\s*(.*)", text)
    if found is None:
        return text, ""
    maker, model, firmware = found.groups()
    return f"{_MAKERS.get(maker, maker)} {model}", firmware


def trouble_of(row: Mapping[str, object], rates: Rates) -> str:
    """What is wrong right now, and what to do; empty when nothing is."""
    state = str(row.get("state", ""))
    if state == "refused":
        return _("Its settings aren't right. Selling goes on; your supplier must mend them.")
    if state == "starting":
        return _("It hasn't answered since the agent was started. Is it switched on?")
    if state not in WELL:
        return _("It doesn't answer. Look at its power and its network cable; it comes back by itself.")
    off = row.get("antennas_off")
    if isinstance(off, list) and off:
        return _("Antenna {n} is unplugged: look at its cable.", n=", ".join(map(str, off)))
    weak = sorted(weak_antennas(str(row.get("name", "")), rates), key=int)
    if weak:
        return _("Antenna {n} reads far less than the others: look at its cable.", n=", ".join(weak))
    return ""


def last_trouble(row: Mapping[str, object], now: int) -> str:
    """Its last trouble with when it was; empty if there was none."""
    words = {
        "lost": _("didn't answer"),
        "garbled": _("sent something unreadable"),
        "overflow": _("had more reads than it could send"),
        "antenna_lost": _("an antenna was unplugged"),
        "output_refused": _("refused to switch an output"),
    }
    since = row.get("trouble_ago_ms")
    kind = str(row.get("trouble") or "")
    if not kind or not isinstance(since, int):
        return ""
    return _("Last trouble: {what}, {when}.", what=words.get(kind, kind), when=ago(now - since, now))


def reader_facts(row: Mapping[str, object], now: int) -> tuple[Fact, ...]:
    """What is known of a reader; what it doesn't tell isn't shown."""
    model, firmware = model_of(row)
    facts = []
    if model:
        facts.append(Fact(_("Model"), model))
    if firmware:
        facts.append(Fact(_("Firmware"), firmware))
    facts += [_contact(row, now), *_temperature(row), *_clock(row), Fact(_("Reads"), count(_whole(row, "reads")))]
    facts += [
        _count(_("Lost batches"), _whole(row, "gaps")),
        _count(_("Unreadable"), _whole(row, "garbled") + _whole(row, "dropped")),
        _count(_("Overflows"), _whole(row, "overflows")),
        _count(_("Interruptions"), _whole(row, "losses")),
    ]
    return tuple(facts)


def _contact(row: Mapping[str, object], now: int) -> Fact:
    silent, connected = row.get("silent_ms"), row.get("connected_ms")
    heard = ago(now - silent, now) if isinstance(silent, int) else "—"
    if isinstance(connected, int):
        return Fact(_("Connected"), ago(now - connected, now))
    return Fact(_("Last contact"), heard)


def _temperature(row: Mapping[str, object]) -> list[Fact]:
    degrees = row.get("temperature")
    if not isinstance(degrees, int):
        return []
    tone = Tone.BAD if degrees >= HOT else Tone.WARN if degrees >= WARM else Tone.NEUTRAL
    text = _("{n} °C", n=count(degrees))
    return [Fact(_("Temperature"), _("{text}, too hot", text=text) if tone is Tone.BAD else text, tone)]


def _clock(row: Mapping[str, object]) -> list[Fact]:
    offset = row.get("clock_offset_us")
    if not isinstance(offset, int):
        return []
    ms = -round(offset / 1000)
    if abs(ms) < SKEW_MS:
        return [Fact(_("Its clock"), p_("clock", "right"))]
    sign = MINUS if ms < 0 else "+"
    return [Fact(_("Clock put right"), sign + _span(abs(ms)), Tone.WARN)]


def _span(ms: int) -> str:
    seconds = ms // 1000
    if seconds < 120:
        return _("{n} s", n=seconds)
    return _("{n} min", n=seconds // 60) if seconds < 7200 else _("{n} h", n=count(seconds // 3600))


def _count(name: str, number: int) -> Fact:
    return Fact(name, count(number), Tone.WARN if number else Tone.NEUTRAL)


def trends(row: Mapping[str, object], rates: Rates, shelves: Shelves) -> Trends | None:
    """Reads a second by antenna; None for a reader that was never heard and names no antennas."""
    name, planned = str(row.get("name", "")), row.get("antennas")
    places: dict[str, object] = planned if isinstance(planned, dict) else {}
    ports = sorted({*places, *rates.antennas(name)}, key=int)
    if not ports:
        return None
    off = row.get("antennas_off")
    unplugged = {str(port) for port in off} if isinstance(off, list) else set()
    weak = weak_antennas(name, rates)
    lines = []
    for port in ports:
        tone = Tone.BAD if port in unplugged else Tone.WARN if port in weak else Tone.GOOD
        word = _("unplugged") if port in unplugged else _place(str(places.get(port, "")), shelves)
        lines.append(Trend(port, word, rates.curve(name, port), count(round(rates.now(name, port))), tone))
    return Trends(_("Reads a second, by antenna"), tuple(lines), _("together {n}", n=count(round(rates.total(name)))),
                  _("2 min ago"), _("now"))  # fmt: skip


def weak_antennas(reader: str, rates: Rates) -> set[str]:
    """Antennas that read far less than the best one of the reader."""
    now = {port: rates.now(reader, port) for port in rates.antennas(reader)}
    best = max(now.values(), default=0.0)
    return {port for port, rate in now.items() if best >= ENOUGH and rate < best * WEAK and len(now) > 2}


def _place(text: str, shelves: Shelves) -> str:
    """Where an antenna looks: a zone's name, or the side of a gate."""
    gate, slash, side = text.rpartition("/")
    if slash:
        name = shelves.gate_name(gate)
        return _("{gate}, outside", gate=name) if side == "out" else _("{gate}, inside", gate=name)
    known = next((zone for zone in shelves.plan().zones if zone.id == text), None)
    return label(known.name, text) if known is not None else text


def _whole(row: Mapping[str, object], name: str) -> int:
    value = row.get(name)
    return value if isinstance(value, int) else 0


def state_chip(row: Mapping[str, object]) -> Chip:
    """How it is, in a word."""
    state = str(row.get("state", ""))
    off = row.get("antennas_off")
    if state == "refused":
        return Chip(_("not usable"), Tone.BAD)
    if state not in WELL:
        return Chip(_("doesn't answer"), Tone.BAD)
    return Chip(_("an antenna is off"), Tone.WARN) if off else Chip(_("ready"), Tone.GOOD)
