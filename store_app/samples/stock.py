"""Count and differences of the samples."""

from store_app.presenters import intents as i
from store_app.presenters.texts import _, count, n_, p_, percent
from store_app.presenters.views.parts import Action, Bar, Bars, Chip, Curve, Empty, Kpi, Row, Tone
from store_app.presenters.views.stock import CountView, DifferencesView, DiffRow, ZoneRow
from store_app.samples.words import both, eur


def _zones() -> tuple[ZoneRow, ...]:
    rows = (
        ("women", "Femme", "Women", 408, 412, Tone.GOOD),
        ("men", "Homme", "Men", 371, 388, Tone.WARN),
        ("acc", "Accessoires", "Accessories", 529, 530, Tone.GOOD),
        ("home", "Maison", "Home", 96, 214, Tone.GOOD),
        ("fit", "Cabines", "Fitting rooms", 14, 12, Tone.GOOD),
        ("r1", "Réserve R1", "Stockroom R1", 0, 640, Tone.GOOD),
        ("r2", "Réserve R2", "Stockroom R2", 0, 702, Tone.GOOD),
    )
    return tuple(
        ZoneRow(id_, both(fr, en), count(found), count(of), found / of, tone, id_ == "home", i.SelectZone(id_))
        for id_, fr, en, found, of, tone in rows
    )


def _diffs() -> tuple[DiffRow, ...]:
    def decide(unit: str, *choices: tuple[str, str], best: str) -> tuple[Action, ...]:
        return tuple(
            Action(text, i.Decide(unit, name), tone=Tone.GOOD if name == best else Tone.NEUTRAL)
            for name, text in choices
        )

    return (
        DiffRow(
            "u1",
            both("Chemise Oxford", "Oxford shirt"),
            both("Blanc · 41 · …A85", "White · 41 · …A85"),
            Chip(p_("one", "Missing"), Tone.BAD),
            both("vu hier, Homme B2", "seen yesterday, Men B2"),
            decide("u1", ("ignore", _("Count again")), ("suspect", _("Suspect")), best="suspect"),
        ),
        DiffRow(
            "u2",
            both("Écharpe laine", "Wool scarf"),
            both("Camel · …17F", "Camel · …17F"),
            Chip(p_("one", "Misplaced"), Tone.INFO),
            both("Accessoires → Homme", "Accessories → Men"),
            decide("u2", ("ignore", _("Ignore")), ("move", _("Move")), best="move"),
        ),
        DiffRow(
            "u3",
            both("Veste lin", "Linen jacket"),
            both("Sable · 50 · …9C2", "Sand · 50 · …9C2"),
            Chip(p_("one", "Unexpected"), Tone.WARN),
            both("vendu le 18/11", "sold on 18/11"),
            decide("u3", ("suspect", _("Alarm")), ("found", _("Take back")), best="found"),
        ),
        DiffRow(
            "u4",
            both("Bougie figuier", "Fig candle"),
            both("180 g · …4B0", "180 g · …4B0"),
            Chip(p_("one", "Missing"), Tone.BAD),
            both("vu il y a 3 j, Maison C1", "seen 3 days ago, Home C1"),
            decide("u4", ("ignore", _("Count again")), ("suspect", _("Suspect")), best="suspect"),
        ),
    )


def _kpis() -> tuple[Kpi, ...]:
    return (
        Kpi(_("Found"), count(1418), Chip(_("of {n}", n=count(2898)), Tone.GOOD)),
        Kpi(_("Misplaced"), "16", Chip(_("proposed"), Tone.INFO)),
        Kpi(_("Unexpected"), "3", Chip(_("sold? look"), Tone.WARN)),
        Kpi(_("Missing"), "21", Chip(_("in finished zones"), Tone.BAD)),
    )


def counting() -> CountView:
    """A count, half-way."""
    points = tuple((float(s), 96 * (1 - 0.5 ** (s / 28))) for s in range(0, 125, 4))
    return CountView(
        title=_("Count of the store"),
        subtitle=_(
            "Started {time} by {person} · {n} handhelds, {m} fixed readers", time="14:08", person="Nadia", n=2, m=6
        ),
        zones=_zones(),
        kpis=_kpis(),
        curve=Curve(
            _("{zone} · new tags", zone=both("Maison", "Home")),
            points,
            n_("{rate} tags/s · {n} tag", "{rate} tags/s · {n} tags", 96, rate=count(1240)),
            214.0,
            _("expected {n}", n=214),
            "14:30",
            "14:32",
        ),
        diffs_title=_("Differences to decide"),
        diffs_value=_("worth {amount}", amount=eur(41230)),
        diffs=_diffs(),
        actions=(
            Action(_("Drop this count"), i.CancelCount()),
            Action(_("Count a zone again"), i.OpenCount()),
        ),
        primary=Action(_("Finish {zone}", zone=both("Maison", "Home")), i.FinishCount(), "finish", "F12"),
    )


def count_empty() -> CountView:
    """No count is open."""
    return CountView(
        title=_("Count"),
        subtitle=_("Choose a zone"),
        zones=tuple(
            ZoneRow(z.id, z.name, "0", z.expected, 0.0, intent=z.intent, selected=z.id == "women") for z in _zones()
        ),
        empty=Empty(
            _("Count a zone in two minutes"),
            _("Walk along the shelves with the handheld. The fixed readers help by themselves."),
            "count",
        ),
        primary=Action(_("Start with {zone}", zone=both("Femme", "Women")), i.OpenCount(), "count", "F12"),
    )


def differences() -> DifferencesView:
    """Before it is approved."""
    weeks = (9610, 9680, 9650, 9740, 9770, 9790, 9750, 9820, 9840, 9810, 9870, 9892)
    return DifferencesView(
        title=both("Homme", "Men"),
        subtitle=_("Counted {time} by {person}", time="14:29", person="Nadia"),
        filters=(
            Action(_("All {n}", n=20), i.FilterDifferences("all"), tone=Tone.GOOD),
            Action(n_("{n} missing", "{n} missing", 14), i.FilterDifferences("missing"), tone=Tone.BAD),
            Action(n_("{n} misplaced", "{n} misplaced", 5), i.FilterDifferences("misplaced"), tone=Tone.INFO),
            Action(n_("{n} unexpected", "{n} unexpected", 1), i.FilterDifferences("unexpected"), tone=Tone.WARN),
        ),
        kpis=(
            Kpi(_("Accuracy"), percent(9560), Chip(_("target {rate}", rate=percent(9800)), Tone.WARN)),
            Kpi(_("Found"), "371", Chip(_("of {n}", n=388), Tone.GOOD)),
            Kpi(_("Misplaced"), "5", Chip(_("will move"), Tone.INFO)),
            Kpi(_("Missing"), "14", Chip(_("to suspect"), Tone.BAD)),
        ),
        diffs=_diffs(),
        accuracy=Bars(
            _("Accuracy by week"),
            tuple(Bar(str(36 + n), bp / 100, percent(bp) if n == 11 else "", n == 11) for n, bp in enumerate(weeks)),
            _("target {rate}", rate=percent(9800)),
            90.0,
            100.0,
            98.0,
        ),
        sessions_title=_("Finished counts"),
        sessions=(
            Row(
                "1",
                both("Homme", "Men"),
                _("{n} to decide", n=20),
                right=percent(9560),
                right_sub="14:29",
                selected=True,
                intent=i.SelectCount("1"),
            ),
            Row(
                "2",
                both("Femme", "Women"),
                _("{n} to decide", n=4),
                right=percent(9900),
                right_sub="14:21",
                intent=i.SelectCount("2"),
            ),
            Row(
                "3",
                both("Accessoires", "Accessories"),
                _("approved"),
                right=percent(9980),
                right_sub="14:15",
                dim=True,
                intent=i.SelectCount("3"),
            ),
        ),
        summary=n_("{n} difference worth {amount}", "{n} differences worth {amount}", 20, amount=eur(41230)),
        actions=(Action(_("Count again"), i.OpenCount(), "refresh"),),
        primary=Action(n_("Approve {n} decision", "Approve {n} decisions", 20), i.ApproveCount(), "verify", "F12"),
    )
