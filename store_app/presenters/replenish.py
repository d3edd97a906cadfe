"""Replenish: what the sales floor runs out of while the stockroom has some; rows close by themselves."""

from store_app.presenters.base import Effect
from store_app.presenters.desk import Desk
from store_app.presenters.intents import SelectNeed, Show
from store_app.presenters.names import ScreenName
from store_app.presenters.rows import NeedRow
from store_app.presenters.screen import ScreenPresenter
from store_app.presenters.texts import _, ago, count, n_
from store_app.presenters.views import Action, Chip, Empty, Fact, FinderView, Row, Tone

SHOWN = 200
"""rows of the list; the heading has the whole number"""


class ReplenishPresenter(ScreenPresenter):
    """The agent keeps the list; nobody ticks anything off: what is carried to the floor is heard there."""

    name = ScreenName.REPLENISH

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self._gtin = ""

    def enter(self, argument: object, now: int) -> list[Effect]:
        if isinstance(argument, str):
            self._gtin = argument
        return []

    def on(self, intent: object, now: int) -> list[Effect]:
        if isinstance(intent, SelectNeed):
            self._gtin = intent.gtin
        return []

    def _chosen(self, needs: list[NeedRow]) -> NeedRow | None:
        return next((one for one in needs if one.gtin == self._gtin), needs[0] if needs else None)

    @property
    def view(self) -> FinderView:
        needs = self.desk.shelves.needs()
        view = FinderView(
            title=_("Replenish the floor"),
            subtitle=_("What the shelves run out of and the stockroom has."),
            results_title=n_("{n} article", "{n} articles", len(needs)) if needs else "",
        )
        chosen = self._chosen(needs)
        if chosen is None:
            text = _("An article appears here when its last pieces on the floor are sold and the stockroom has more.")
            return FinderView(view.title, view.subtitle, empty=Empty(_("The floor has all it needs"), text, "check"))
        return self._with(view, needs, chosen)

    def _with(self, view: FinderView, needs: list[NeedRow], chosen: NeedRow) -> FinderView:
        shelves = self.desk.shelves
        return FinderView(
            title=view.title,
            subtitle=view.subtitle,
            results_title=view.results_title,
            results=tuple(self._row(one, chosen) for one in needs[:SHOWN]),
            chosen_title=shelves.name_of(chosen.gtin),
            chosen_subtitle=shelves.variant_of(chosen.gtin),
            chosen_chip=_chip(chosen),
            facts=self._facts(chosen),
            help=_("Carry them to the shelf: the readers hear them there, and the row closes by itself."),
            primary=Action(_("Find it"), Show(ScreenName.LOCATE, chosen.gtin), "locate", "F12"),
        )

    def _row(self, need: NeedRow, chosen: NeedRow) -> Row:
        shelves = self.desk.shelves
        return Row(
            need.gtin,
            shelves.name_of(need.gtin),
            " · ".join(filter(None, (shelves.variant_of(need.gtin), shelves.zone_name(need.zone)))),
            icon="stock",
            icon_tone=Tone.NEUTRAL if need.floor else Tone.WARN,
            right=n_("bring {n}", "bring {n}", need.wanted),
            right_sub=_("{floor} on the floor, {back} behind", floor=count(need.floor), back=count(need.back)),
            selected=need.gtin == chosen.gtin,
            intent=SelectNeed(need.gtin),
        )

    def _facts(self, need: NeedRow) -> tuple[Fact, ...]:
        facts = [
            Fact(_("To bring"), count(need.wanted), strong=True),
            Fact(_("On the floor"), count(need.floor), Tone.NEUTRAL if need.floor else Tone.WARN),
            Fact(_("Filled up at"), count(need.minimum)),
            Fact(_("In the stockroom"), count(need.back)),
        ]
        if need.zone:
            seen = ago(need.seen_at, self.desk.now) if need.seen_at else ""
            facts.append(
                Fact(_("Look first in"), ", ".join(filter(None, (self.desk.shelves.zone_name(need.zone), seen))))
            )
        return (*facts, Fact(_("On the list"), ago(need.since, self.desk.now)))


def _chip(need: NeedRow) -> Chip:
    return Chip(_("runs low"), Tone.INFO) if need.floor else Chip(_("none on the floor"), Tone.WARN, "warning")
