"""Gate and devices of the samples."""

from dataclasses import replace
from math import sin

from store_app.presenters import intents as i
from store_app.presenters.names import ScreenName
from store_app.presenters.texts import _, count, n_
from store_app.presenters.views.parts import Action, Bar, Bars, Chip, Empty, Fact, Row, Tone
from store_app.presenters.views.stock import DevicesView, GateView, Trend, Trends
from store_app.samples.words import both, eur


def entrance() -> str:
    """The gate's name on the store's plan."""
    return both("Entrée principale", "Main entrance")


def _alarms() -> tuple[Row, ...]:
    rows = (
        ("a1", both("Veste lin", "Linen jacket"), both("Sable · 50", "Sand · 50"), _("open"), Tone.BAD, "14:31"),
        ("a2", both("Jean droit brut", "Straight raw jeans"), "W32 L32", _("right"), Tone.GOOD, "11:52"),
        ("a3", both("Écharpe laine", "Wool scarf"), both("Camel", "Camel"), _("false"), Tone.NEUTRAL, "10:08"),
    )
    return tuple(
        Row(
            id_,
            name,
            f"{variant} · {_('unsold at the exit')}",
            icon="alarm",
            icon_tone=Tone.BAD if id_ == "a1" else Tone.NEUTRAL,
            right_chip=Chip(state, tone),
            right_sub=time,
            selected=id_ == "a1",
            dim=id_ != "a1",
            intent=i.SelectAlarm(id_),
        )
        for id_, name, variant, state, tone, time in rows
    )


def _passed() -> tuple[Row, ...]:
    names = (both("Pull mérinos", "Merino jumper"), both("Ceinture cuir tressé", "Braided leather belt"),
             both("Bougie figuier", "Fig candle"), both("Robe plissée", "Pleated dress"))  # fmt: skip
    rows = (
        ("next", _("out"), Tone.GOOD, _("sold"), "14:30"),
        ("next", _("out"), Tone.GOOD, _("handed over"), "14:22"),
        ("back", _("in"), Tone.INFO, _("in stock"), "14:19"),
        ("question", _("unclear"), Tone.WARN, _("in stock"), "14:02"),
    )
    standing = Row(
        "now:1", both("Chemise Oxford", "Oxford shirt"), both("Blanc · 41 · …00000A85", "White · 41 · …00000A85"),
        icon="rfid", icon_tone=Tone.INFO, right_chip=Chip(_("in the gate"), Tone.INFO), right_sub=_("inside"),
    )  # fmt: skip
    return (
        standing,
        *(
            Row(f"p{n}", name, verdict, icon=icon, right_chip=Chip(way, tone), right_sub=time,
                intent=i.SelectPassage(f"p{n}", "u"))
            for n, (name, (icon, way, tone, verdict, time)) in enumerate(zip(names, rows, strict=True))
        ),
    )  # fmt: skip


def gate() -> GateView:
    """One alarm is open, and a till is silent."""
    passages = (2, 9, 14, 22, 31, 18)
    return GateView(
        title=_("Exit gate"),
        subtitle=" · ".join((n_("{n} alarm today", "{n} alarms today", 3), n_("{n} right", "{n} right", 1))),
        chip=Chip(_("reads"), Tone.GOOD, "rfid"),
        notice=Chip(
            n_("{till} isn't heard: the siren stays off.", "{till} aren't heard: the siren stays off.", 1,
               till=_("Till {n}", n=1)),
            Tone.WARN, "warning",
        ),
        alarms_title=_("Alarms"),
        alarms=_alarms(),
        exceptions_title=_("Exceptions"),
        exceptions=(
            Row("e1", both("Chaussettes fil d’Écosse", "Lisle socks"), _("passage with unknown direction"),
                icon="question", right_chip=Chip(_("open"), Tone.WARN), right_sub="14:02",
                intent=i.SelectAlarm("e1")),
        ),
        passed_title=_("Passages"),
        passed_value=n_("{n} today", "{n} today", 96),
        passed=_passed(),
        chosen_title=both("Veste lin", "Linen jacket"),
        chosen_subtitle=_("left at {time}, {gate}", time="14:31", gate=entrance()),
        chosen_chip=Chip(_("open"), Tone.BAD),
        facts=(
            Fact(_("Last seen"), both("Homme, 14:28", "Men, 14:28")),
            Fact(_("Price"), eur(12900), strong=True),
            Fact(_("Sold"), _("no"), Tone.BAD),
            Fact(_("Siren"), _("sounded")),
        ),
        story_title=_("Why"),
        story=_story(),
        passages=Bars(_("Passages by hour"), tuple(Bar(f"{9 + n}", v, str(v), n == 5) for n, v in enumerate(passages))),
        help=_("Right: the article left unpaid. False: the gate was wrong; the count will settle it."),
        actions=(
            Action(_("False alarm"), i.SettleAlarm("false"), "close"),
            Action(_("Find it"), i.Show(ScreenName.LOCATE, "u"), "locate", "F8"),
        ),
        primary=Action(_("Alarm was right"), i.SettleAlarm("right"), "check", "F12"),
    )  # fmt: skip


def _story() -> tuple[Fact, ...]:
    return (
        Fact(_("Order of hearing"), f"{_('inside')} → {_('outside')}"),
        Fact(_("Strength"), _("best inside ({a} dBm), {s} s later outside ({b})", a="−52", b="−47", s="0,9")),
        Fact(_("Phase"), _("{n} cm away from inside").format(n=64)),
        Fact(_("Light beam"), "1 → 2"),
        Fact(_("Reads"), _("{n} inside, {m} outside, in {s} s", n=38, m=44, s="2,1")),
    )


def gate_passage() -> GateView:
    """A passage is looked at; nothing is wrong."""
    return replace(
        gate(),
        notice=None,
        alarms=tuple(replace(row, selected=False, dim=True) for row in _alarms()[1:]),
        exceptions=(),
        passed=tuple(replace(row, selected=row.id == "p0") for row in _passed()),
        chosen_title=both("Pull mérinos", "Merino jumper"),
        chosen_subtitle=_("went out at {time}, {gate}").format(time="14:30", gate=entrance()),
        chosen_chip=Chip(_("out"), Tone.GOOD),
        facts=(
            Fact(_("Verdict"), _("sold")),
            Fact(_("Unit"), "…00000193"),
            Fact(_("Sold"), "LYO1-T2-004821", Tone.GOOD),
        ),
        help="",
        actions=(Action(_("Find it"), i.Show(ScreenName.LOCATE, "u"), "locate", "F8"),),
        primary=None,
    )


def gate_empty() -> GateView:
    """All quiet."""
    return GateView(
        title=_("Exit gate"),
        subtitle=_("No alarm today"),
        chip=Chip(_("reads"), Tone.GOOD, "rfid"),
        passed_title=_("Passages"),
        passed_value=n_("{n} today", "{n} today", 0),
        passed_empty=Empty(_("Nobody has passed yet"), _("Who goes through the gate appears here at once."), "rfid"),
        empty=Empty(_("All quiet"), _("An unpaid article at the exit appears here and on every till."), "gate"),
    )  # fmt: skip


def _of_till() -> tuple[Row, ...]:
    rows = (
        ("scan", _("Scanner"), "serial:///dev/ttyUSB0", "scanner", None),
        ("pad", _("RFID pad"), "serial:///dev/ttyUSB1", "rfid", None),
        ("print", _("Receipt printer"), "tcp://10.1.4.21:9100", "printer", _("needs a look")),
        ("drawer", _("Cash drawer"), _("Receipt printer"), "drawer", None),
        ("term", _("Card terminal"), "tcp://10.1.4.22:8888", "terminal", None),
        ("display", _("Customer display"), "serial:///dev/ttyUSB2", "display", None),
    )
    return tuple(_row(*row, selected=False) for row in rows)


def _row(id_: str, title: str, detail: str, icon: str, trouble: str | None, *, selected: bool) -> Row:
    chip = Chip(trouble, Tone.BAD) if trouble else Chip(_("ready"), Tone.GOOD)
    return Row(id_, title, detail, icon=icon, right_chip=chip, selected=selected, intent=i.SelectDevice(id_))


def _of_store(chosen: str, lost: str = "") -> tuple[Row, ...]:
    rates = (("portique", "LLRP", 412, "gate"), ("plafond-femme", "Impinj IoT", 388, "reader"),
             ("plafond-homme", "Zebra IoT", 296, "reader"), ("portable-3", "Zebra RFD", 0, "reader"))  # fmt: skip
    return tuple(
        _row(
            name,
            name,
            _("{kind} · {n} reads/s", kind=kind, n=count(rate)) if rate and name != lost else kind,
            icon,
            _("doesn't answer") if name == lost else None,
            selected=name == chosen,
        )
        for name, kind, rate, icon in rates
    )


def _curve(mean: float, wave: float) -> tuple[float, ...]:
    return tuple(max(0.0, mean * (1 + 0.14 * sin(n / wave) + 0.06 * sin(n * 1.7))) for n in range(120))


def _trends(*antennas: tuple[str, float, Tone]) -> Trends:
    rows = tuple(
        Trend(str(n), place, _curve(mean, 7.0 + n), count(round(mean)), tone)
        for n, (place, mean, tone) in enumerate(antennas, 1)
    )
    total = round(sum(mean for _place, mean, _tone in antennas))
    return Trends(_("Reads a second, by antenna"), rows, _("together {n}", n=count(total)), _("2 min ago"), _("now"))


def devices() -> DevicesView:
    """The gate is looked at; one of its antennas reads far less than the others."""
    inside, outside = (
        _("{gate}, inside", gate=entrance()),
        _("{gate}, outside", gate=entrance()),
    )
    return DevicesView(
        title=_("Devices"),
        subtitle=_("{n} of {m} answer", n=9, m=10),
        groups=((_("This till"), _of_till()), (_("This store"), _of_store("portique"))),
        chosen_title="portique",
        chosen_subtitle="LLRP · tcp://10.1.4.30:5084",
        chosen_chip=Chip(_("ready"), Tone.GOOD),
        facts=(
            Fact(_("Model"), "Impinj 2001009"),
            Fact(_("Firmware"), "8.2.1"),
            Fact(_("Connected"), _("{n} h ago", n=5)),
            Fact(_("Temperature"), _("{n} °C", n="41")),
            Fact(_("Clock put right"), "+" + _("{n} min", n=62), Tone.WARN),
            Fact(_("Reads"), count(1_284_133)),
            Fact(_("Lost batches"), "0"),
            Fact(_("Unreadable"), "2", Tone.WARN),
            Fact(_("Overflows"), "0"),
            Fact(_("Interruptions"), "1", Tone.WARN),
        ),
        trends=_trends(
            (inside, 118.0, Tone.GOOD),
            (inside, 131.0, Tone.GOOD),
            (outside, 14.0, Tone.WARN),
            (outside, 149.0, Tone.GOOD),
        ),
        help=_("Antenna {n} reads far less than the others: look at its cable.", n=3),
        actions=(Action(_("Test the siren"), i.TryDevice("output"), "bell", "F8"),),
        primary=Action(_("Which one is it?"), i.IdentifyDevice(), "flash", "F12"),
    )


def devices_lost() -> DevicesView:
    """A ceiling reader with eight antennas has lost its cable."""
    places = (both("Femme", "Women"), both("Homme", "Men"), both("Accessoires", "Accessories"), both("Maison", "Home"))
    antennas = tuple((places[n % 4], 24.0 + 9 * n, Tone.BAD if n == 6 else Tone.GOOD) for n in range(8))
    whole = devices()
    return replace(
        whole,
        subtitle=_("{n} of {m} answer", n=8, m=10),
        groups=((_("This till"), _of_till()), (_("This store"), _of_store("plafond-femme", "plafond-femme"))),
        chosen_title="plafond-femme",
        chosen_subtitle="Impinj IoT · mqtt://10.1.4.2/impinj-02",
        chosen_chip=Chip(_("doesn't answer"), Tone.BAD),
        facts=(*whole.facts[:2], *whole.facts[5:]),
        trends=_trends(*antennas),
        help="\n".join(
            (
                _("It doesn't answer. Look at its power and its network cable; it comes back by itself."),
                _("Last trouble: {what}, {when}.", what=_("didn't answer"), when=_("just now")),
            )
        ),
        actions=(Action(_("Test output {n}", n=1), i.TryDevice("output"), "bell", "F8", enabled=False),),
        primary=Action(_("Which one is it?"), i.IdentifyDevice(), "flash", "F12", enabled=False),
    )  # fmt: skip


def devices_scanner() -> DevicesView:
    """A device of the till itself."""
    return replace(
        devices(),
        groups=(
            (_("This till"), tuple(replace(row, selected=row.id == "scan") for row in _of_till())),
            (_("This store"), _of_store("")),
        ),
        chosen_title=_("Scanner"),
        chosen_subtitle="serial:///dev/ttyUSB0",
        facts=(Fact(_("Unreadable"), "3", Tone.WARN),),
        trends=None,
        help=_("Scan anything to try it: nothing is sold here."),
        actions=(),
        primary=None,
    )
