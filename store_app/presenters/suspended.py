"""Suspended baskets: those of the store from the agent, those of this till when the agent is away."""

from dataclasses import dataclass

from retail.errors import Refused
from store_app.agent_link import AgentError, HeldBasket
from store_app.presenters.base import Effect, Failed, Go, Notice, Tone
from store_app.presenters.basket_view import preview
from store_app.presenters.desk import Desk, refused
from store_app.presenters.intents import Back, Resume, SelectBasket
from store_app.presenters.jobs import job_name
from store_app.presenters.names import ScreenName
from store_app.presenters.open_sale import OpenSale
from store_app.presenters.screen import ScreenPresenter
from store_app.presenters.suspending import give_to_agent, suspended, whose
from store_app.presenters.texts import _, ago
from store_app.presenters.views import Action, BasketView, Chip, Empty, Row, SuspendedView
from store_app.till_book import SavedBasket, baskets


@dataclass(frozen=True, slots=True)
class Waiting:
    """One basket that waits: at the agent, or only here."""

    basket: str
    total_minor: int
    at: int
    by: str
    body: str
    where: str


class SuspendedPresenter(ScreenPresenter):
    """Lists what waits, shows the chosen one whole, and goes on with it."""

    name = ScreenName.SUSPENDED

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self._waiting: tuple[Waiting, ...] = ()
        self._chosen: str | None = None
        self._loading = True

    def enter(self, argument: object, now: int) -> list[Effect]:
        self._loading = True
        self._chosen = None
        return [self.job("load", self._load, writes=False)]

    def _load(self) -> tuple[Waiting, ...]:
        with self.desk.services.till.read() as conn:
            here = baskets.held(conn)
        try:
            there = self.desk.services.agent.baskets()
        except AgentError:
            there = []
        known = {one.id for one in there}
        found = [_of_agent(one) for one in there] + [_of_till(one) for one in here if one.basket not in known]
        return tuple(sorted(found, key=lambda one: one.at))

    def on(self, intent: object, now: int) -> list[Effect]:
        match intent:
            case SelectBasket(basket):
                self._chosen = basket
            case Resume(basket):
                return self._resume(basket or self._chosen or "")
            case Back():
                return [Go(ScreenName.TILL)]
        return []

    def _resume(self, basket: str) -> list[Effect]:
        if not self.desk.sale.empty:
            text = _("Finish or suspend the ticket in hand first.")
            return [Notice(_("There is a ticket in hand"), text, Tone.WARN)]
        till, agent, by = self.desk.services.till, self.desk.services.agent, self.desk.staff_id

        def work() -> str | None:
            try:
                taken = agent.resume_basket(basket, by)
            except AgentError:
                taken = None
            held = till.take_held(basket)
            return taken.text if taken is not None else (held.body if held is not None else None)

        return [self.job("resume", work, writes=False)]

    def done(self, job_id: str, result: object) -> list[Effect]:
        if isinstance(result, Failed) and job_name(job_id) == "hold":
            self.desk.committing = False
        return super().done(job_id, result)

    def finished(self, job: str, result: object) -> list[Effect]:
        if job == "load" and isinstance(result, tuple):
            self._waiting, self._loading = result, False
            if len(result) == 1:
                self._chosen = result[0].basket
        if job == "hold" and isinstance(result, SavedBasket):
            told = suspended(self.desk, result)
            return [told, self.job("hand_over", give_to_agent(self.desk, result), writes=False)]
        if job == "hand_over":
            if result is not True:
                text = _("The agent is away: this ticket can only be resumed at this till.")
                return [Notice(_("Suspended here only"), text, Tone.WARN, 6.0)]
            return []
        if job == "resume":
            return self._resumed(result)
        return []

    def _resumed(self, result: object) -> list[Effect]:
        if not isinstance(result, str):
            return [refused("unknown_basket"), self.job("load", self._load, writes=False)]
        if not self.desk.sale.empty:  # something was scanned meanwhile: it comes first
            till, saved = self.desk.services.till, self._as_saved(result)
            return [self.desk.write("hold", lambda: till.hold_basket(saved)), *self.desk.save()]
        try:
            self.desk.sale.restore_text(result, self.desk.now)
        except Refused as refusal:
            return [refused(refusal.reason)]
        self.desk.forget_saved()
        return [*self.desk.save(), Go(ScreenName.TILL)]

    def _as_saved(self, body: str) -> SavedBasket:
        shadow = OpenSale(self.desk.shelves, self.desk.sale.basket)
        shadow.restore_text(body, self.desk.now)
        return shadow.saved(self.desk.now, self.desk.staff_id)

    @property
    def view(self) -> SuspendedView:
        chosen = next((one for one in self._waiting if one.basket == self._chosen), None)
        empty = None
        if not self._waiting:
            text = _("Looking at the agent…") if self._loading else _("Suspend a ticket and any till can take it up.")
            empty = Empty(_("Nothing is suspended"), text, "pause")
        return SuspendedView(
            title=_("Suspended tickets"),
            rows=tuple(self._row(one) for one in self._waiting),
            preview=self._preview(chosen),
            empty=empty,
            actions=(Action(_("Back"), Back(), "back", "Escape"),),
            primary=Action(
                _("Resume"), Resume(chosen.basket if chosen else ""), "cart", "F12", enabled=chosen is not None
            ),
        )

    def _row(self, one: Waiting) -> Row:
        by = self.desk.shelves.person_name(one.by)
        return Row(
            one.basket,
            whose(self.desk, one.body) or one.basket,
            " · ".join(filter(None, (ago(one.at, self.desk.now), by, self._where(one)))),
            icon="pause",
            right=self.desk.money(one.total_minor),
            right_chip=Chip(_("this till only"), Tone.WARN) if not one.where else None,
            selected=one.basket == self._chosen,
            intent=SelectBasket(one.basket),
        )

    def _where(self, one: Waiting) -> str:
        return self.desk.shelves.till_name(one.where) if one.where else ""

    def _preview(self, chosen: Waiting | None) -> BasketView | None:
        if chosen is None:
            return None
        shadow = OpenSale(self.desk.shelves, self.desk.sale.basket)
        try:
            shadow.restore_text(chosen.body, self.desk.now)
        except Refused:
            return None
        return preview(self.desk, shadow.priced)


def _of_agent(one: HeldBasket) -> Waiting:
    return Waiting(one.id, one.total_minor, one.at, one.by, one.text, one.device)


def _of_till(one: SavedBasket) -> Waiting:
    return Waiting(one.basket, one.total_minor, one.at, one.staff, one.body, "")
