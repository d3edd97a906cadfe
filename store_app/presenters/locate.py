"""Locate: an article, then one of its units or any; the handheld's signal as it comes; found, put where."""

from retail.catalogue import Article
from store_app.agent_link import AgentError, UnitPlace
from store_app.presenters.base import Effect, Notice, Tone
from store_app.presenters.desk import Desk
from store_app.presenters.dialogs import Choice, ChoicePrompt
from store_app.presenters.geiger import Geiger, signal_of
from store_app.presenters.intents import Back, LocateArticle, LocateUnit, PutFound, TextChanged, Tick
from store_app.presenters.messages import LiveCut, LiveTold
from store_app.presenters.names import ScreenName
from store_app.presenters.scanning import ArticleScanned
from store_app.presenters.screen import ScreenPresenter
from store_app.presenters.texts import _, ago, label, n_
from store_app.presenters.views import Action, Chip, Empty, Fact, Field, FinderView, Row

FIELD = "locate"
LIMIT = 20
TICK_MS = 1000


class LocatePresenter(ScreenPresenter):
    """The agent knows where things were read; the handheld says how near they are."""

    name = ScreenName.LOCATE

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self._text = ""
        self._found: list[Article] = []
        self._gtin = ""
        self._unit = ""
        self._places: tuple[UnitPlace, ...] | None = None
        self._geiger = Geiger()
        self._told = False

    def enter(self, argument: object, now: int) -> list[Effect]:
        if isinstance(argument, str) and len(argument) >= 14:
            return self._choose(argument[:14], argument if len(argument) > 14 else "")
        if self._gtin:
            return self._choose(self._gtin, self._unit)
        return []

    def on(self, intent: object, now: int) -> list[Effect]:
        match intent:
            case LiveTold(topic, body) if topic == self._topic:
                self._hear(body)
            case LiveCut(topic) if topic == self._topic:
                self._told = False
            case Tick():
                self._let_sink()
            case TextChanged("locate", text):
                self._look_up(text)
            case LocateArticle(gtin):
                return self._choose(gtin, "")
            case LocateUnit(unit):
                return self._choose(self._gtin, unit)
            case Back():
                self._forget()
            case PutFound(zone):
                return self._put(zone)
        return []

    def scanned(self, found: object, now: int) -> list[Effect] | None:
        if isinstance(found, ArticleScanned):
            return self._choose(found.article.gtin, found.unit or "")
        return None

    def tags(self, units: tuple[str, ...], now: int) -> list[Effect] | None:
        """A thing on the pad is a pattern of what is looked for, not a sale."""
        return [] if self._gtin or not units else self._choose(units[0][:14], "")

    def finished(self, job: str, result: object) -> list[Effect]:
        if job == "where":
            self._places = result if isinstance(result, tuple) else ()
        if job == "put":
            return [Notice(_("Put down"), tone=Tone.GOOD), *self._ask_where()]
        return []

    # what is looked for

    @property
    def _topic(self) -> str:
        return f"locate/{self._unit or self._gtin}" if self._gtin else ""

    def _choose(self, gtin: str, unit: str) -> list[Effect]:
        if (gtin, unit) != (self._gtin, self._unit):
            self._geiger = Geiger()
        if gtin != self._gtin:
            self._places = None
        self._gtin, self._unit = gtin, unit
        self._text, self._found = "", []
        self.desk.services.live.follow(self._topic)
        return self._ask_where()

    def _forget(self) -> None:
        self._gtin = self._unit = self._text = ""
        self._found, self._places = [], None
        self._geiger = Geiger()
        self.desk.services.live.leave()

    def _look_up(self, text: str) -> None:
        self._text = text
        wanted = text.strip()
        self._found = self.desk.shelves.search(wanted, LIMIT) if wanted else []
        exact = self.desk.shelves.by_barcode(wanted) if wanted.isdigit() else None
        if exact is not None and all(one.gtin != exact.gtin for one in self._found):
            self._found.insert(0, exact)

    def _ask_where(self) -> list[Effect]:
        agent, gtin = self.desk.services.agent, self._gtin

        def work() -> tuple[UnitPlace, ...]:
            try:
                return agent.where(gtin)
            except AgentError:
                return ()

        return [self.job("where", work, writes=False)]

    # hearing

    def _hear(self, body: dict[str, object]) -> None:
        signal = signal_of(body)
        if signal is not None:
            self._told = True
            self._geiger.heard(signal)

    def _let_sink(self) -> None:
        """While the live line says nothing, the signal grows old all the same."""
        if not self._told:
            self._geiger.silent(TICK_MS)
        self._told = False

    def _heard_unit(self) -> str:
        """Which unit would be put down: the one looked for, else the one that is heard."""
        heard = self._geiger.last
        return self._unit or (heard.unit if heard is not None and self._geiger.hears else "")

    def _put(self, zone: str) -> list[Effect]:
        unit = self._heard_unit()
        if not unit:
            return []
        if zone:
            return [self.command("unit.place", unit, {"zone": zone}, name="put")]
        zones = self.desk.shelves.plan().zones
        choices = [Choice(one.id, label(one.name, one.id), "move") for one in zones]
        return self.desk.ask(
            ChoicePrompt(
                _("Where does it lie now?"), choices, self._put,
                text=self.desk.shelves.name_of(unit[:14]), facts=(Fact(_("Unit"), _serial(unit)),),
            )
        )  # fmt: skip

    # the view

    @property
    def view(self) -> FinderView:
        return self._of_article() if self._gtin else self._searching()

    def _searching(self) -> FinderView:
        empty = Empty(
            _("Find anything that has a tag"),
            _("Scan its barcode or write what it is. The last place is shown; the handheld leads you there."),
            "locate",
        )
        nothing = Empty(_("Nothing found for “{text}”", text=self._text), icon="search") if self._text.strip() else None
        return FinderView(
            title=_("Locate an article"),
            subtitle=_("Scan it, or write its name or number."),
            field=Field(FIELD, _("Article"), self._text, _("Name, number, barcode…")),
            results_title=n_("{n} article", "{n} articles", len(self._found)) if self._found else "",
            results=tuple(self._article_row(one) for one in self._found),
            results_empty=nothing if not self._found else None,
            empty=empty,
        )

    def _article_row(self, article: Article) -> Row:
        stock = self.desk.shelves.stock(article.gtin)
        return Row(
            article.gtin,
            self.desk.shelves.name_of(article.gtin),
            self.desk.shelves.variant_of(article.gtin),
            icon="rfid" if article.tagged else "bag",
            right=n_("{n} here", "{n} here", stock.sellable) if stock else "",
            right_sub="" if article.tagged else _("without tags"),
            intent=LocateArticle(article.gtin),
        )

    def _of_article(self) -> FinderView:
        places = self._places
        shelves = self.desk.shelves
        chosen = next((one for one in places or () if one.unit == self._unit), None)
        newest = chosen or next((one for one in places or () if one.seen_at), None)
        unit = self._heard_unit()
        empty = None
        if places is not None and not places:
            text = _("The book has none here. A tag that is here all the same is still heard.")
            empty = Empty(_("No tagged unit in stock"), text, "locate")
        return FinderView(
            title=shelves.name_of(self._gtin),
            subtitle=shelves.variant_of(self._gtin),
            results_title=n_("{n} unit", "{n} units", len(places or ())),
            results=(self._any_row(), *(self._unit_row(one) for one in places or ())),
            results_empty=empty,
            chosen_title=_("Unit {serial}", serial=_serial(self._unit)) if self._unit else _("Any unit"),
            chosen_subtitle=self._last_place(newest),
            chosen_chip=Chip(_("heard"), Tone.GOOD, "rfid") if self._geiger.hears else None,
            locate=self._geiger.view(_("Signal of the handheld")),
            facts=self._facts(newest),
            help=_("The bars grow as you come nearer. Turn around: your body shields the tag."),
            actions=(Action(_("Look for another"), Back(), "back", "Escape"),),
            primary=Action(_("Found: put it…"), PutFound(), "check", "F12", enabled=bool(unit),
                           why=_("Choose a unit, or let the handheld hear it.")),
        )  # fmt: skip

    def _last_place(self, newest: UnitPlace | None) -> str:
        if newest is None or newest.seen_at is None:
            return _("Never read here yet")
        where = self.desk.shelves.zone_name(newest.zone or newest.location)
        return _("last seen in {zone}, {when}", zone=where, when=ago(newest.seen_at, self.desk.now))

    def _facts(self, newest: UnitPlace | None) -> tuple[Fact, ...]:
        heard = self._geiger.last
        facts = []
        if newest is not None:
            facts.append(Fact(_("Place in the book"), self.desk.shelves.zone_name(newest.location) or "—"))
        if heard is not None and not self._unit:
            facts.append(Fact(_("Heard unit"), _serial(heard.unit)))
        if newest is not None and newest.bound:
            facts.append(Fact(_("Picked for an order"), _("yes"), Tone.INFO))
        if newest is not None and newest.suspect:
            facts.append(Fact(_("Missed at the last count"), _("yes"), Tone.WARN))
        return tuple(facts)

    def _any_row(self) -> Row:
        return Row(
            "any", _("Any of them"), _("the one that is heard best"), icon="locate", selected=not self._unit,
            intent=LocateUnit(""),
        )  # fmt: skip

    def _unit_row(self, place: UnitPlace) -> Row:
        shelves = self.desk.shelves
        heard = self._geiger.last
        hears = heard is not None and heard.unit == place.unit and self._geiger.hears
        chip = Chip(_("heard"), Tone.GOOD, "rfid") if hears else None
        if chip is None and place.suspect:
            chip = Chip(_("missed"), Tone.WARN)
        return Row(
            place.unit,
            shelves.zone_name(place.zone or place.location) or "—",
            ago(place.seen_at, self.desk.now) if place.seen_at else _("not read yet"),
            icon="rfid",
            right=_serial(place.unit),
            right_chip=chip,
            selected=place.unit == self._unit,
            intent=LocateUnit(place.unit),
        )


def _serial(unit: str) -> str:
    """A unit's serial number; of a long one its end."""
    serial = unit.partition(".")[2]
    return serial if len(serial) <= 10 else f"…{serial[-8:]}"
