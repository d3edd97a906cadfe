"""The list of what the floor needs, in the samples."""

from store_app.presenters import intents as i
from store_app.presenters.names import ScreenName
from store_app.presenters.texts import _, count, n_
from store_app.presenters.views.parts import Action, Chip, Empty, Fact, Row, Tone
from store_app.presenters.views.stock import FinderView
from store_app.samples.words import both


def replenish() -> FinderView:
    """Four articles, of one of which the floor has none."""
    rows = (
        ("1", both("Pull mérinos", "Merino jumper"), both("Marine · M", "Navy · M"), 0, 6, 2),
        ("2", both("Jean droit brut", "Straight raw jeans"), "W32 L32", 1, 4, 1),
        ("3", both("Chemise Oxford", "Oxford shirt"), both("Blanc · 41", "White · 41"), 1, 2, 1),
        ("4", both("Bougie figuier", "Fig candle"), "180 g", 1, 11, 1),
    )
    places = (both("Réserve 1", "Stockroom 1"), both("Réserve 2", "Stockroom 2"))
    return FinderView(
        title=_("Replenish the floor"),
        subtitle=_("What the shelves run out of and the stockroom has."),
        results_title=n_("{n} article", "{n} articles", len(rows)),
        results=tuple(
            Row(
                gtin,
                name,
                f"{variant} · {places[place % 2]}",
                icon="stock",
                icon_tone=Tone.NEUTRAL if floor else Tone.WARN,
                right=n_("bring {n}", "bring {n}", wanted),
                right_sub=_("{floor} on the floor, {back} behind", floor=count(floor), back=count(back)),
                selected=not place,
                intent=i.SelectNeed(gtin),
            )
            for place, (gtin, name, variant, floor, back, wanted) in enumerate(rows)
        ),
        chosen_title=rows[0][1],
        chosen_subtitle=rows[0][2],
        chosen_chip=Chip(_("none on the floor"), Tone.WARN, "warning"),
        facts=(
            Fact(_("To bring"), count(2), strong=True),
            Fact(_("On the floor"), count(0), Tone.WARN),
            Fact(_("Filled up at"), count(1)),
            Fact(_("In the stockroom"), count(6)),
            Fact(_("Look first in"), both("Réserve 1, il y a 2 min", "Stockroom 1, 2 min ago")),
            Fact(_("On the list"), both("il y a 14 min", "14 min ago")),
        ),
        help=_("Carry them to the shelf: the readers hear them there, and the row closes by itself."),
        primary=Action(_("Find it"), i.Show(ScreenName.LOCATE, "1"), "locate", "F12"),
    )


def replenish_empty() -> FinderView:
    """The floor is full."""
    return FinderView(
        title=_("Replenish the floor"),
        subtitle=_("What the shelves run out of and the stockroom has."),
        empty=Empty(
            _("The floor has all it needs"),
            _("An article appears here when its last pieces on the floor are sold and the stockroom has more."),
            "check",
        ),
    )
