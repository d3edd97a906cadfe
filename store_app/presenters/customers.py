"""Clients: find one, see purchases and wishes, consent, notes; attach to the sale. All of it works offline."""

from typing import get_args

from retail.clients.consent import Channel
from retail.sale.tenders import looks_like_card_number
from store_app.presenters.base import Effect, Go, Notice, Tone
from store_app.presenters.client_views import consent_rows, note_rows, profile_facts, purchase_rows, tabs, wish_rows
from store_app.presenters.desk import Desk, refused
from store_app.presenters.intents import (
    AddNote,
    AttachClient,
    Back,
    SelectClient,
    SelectClientTab,
    TextChanged,
    ToggleConsent,
)
from store_app.presenters.names import ScreenName
from store_app.presenters.rows import ClientNote, ClientRow
from store_app.presenters.scanning import ClientScanned
from store_app.presenters.screen import ScreenPresenter
from store_app.presenters.texts import _, n_
from store_app.presenters.till import TillPresenter
from store_app.presenters.views import Action, Chip, CustomersView, Empty, Field, Kpi, Row

LIMIT = 30


class CustomersPresenter(ScreenPresenter):
    """What was written here shows at once; the ledger's row follows when it is back."""

    name = ScreenName.CUSTOMERS

    def __init__(self, desk: Desk, till: TillPresenter) -> None:
        super().__init__(desk)
        self._till = till
        self._query = ""
        self._found: list[ClientRow] = []
        self._client: ClientRow | None = None
        self._tab = "profile"
        self._note = ""
        self._own_notes: dict[str, list[ClientNote]] = {}
        self._own_consents: dict[str, dict[str, bool]] = {}

    def enter(self, argument: object, now: int) -> list[Effect]:
        if isinstance(argument, str) and argument:
            self._choose(argument)
        return []

    def changed(self, feeds: frozenset[str], now: int) -> list[Effect]:
        if "customers" in feeds:
            self._look()
            if self._client is not None:
                self._client = self.desk.shelves.client(self._client.id)
        return []

    def on(self, intent: object, now: int) -> list[Effect]:
        match intent:
            case TextChanged("client", text):
                self._query = text
                self._look()
            case TextChanged("note", text):
                self._note = text
            case SelectClient(client):
                self._choose(client)
            case SelectClientTab(tab):
                self._tab = tab
            case ToggleConsent(channel):
                return self._toggle(channel)
            case AddNote():
                return self._add_note(now)
            case AttachClient(client):
                return self._till.attach(client)
            case Back():
                return [Go(ScreenName.TILL)]
        return []

    def scanned(self, found: object, now: int) -> list[Effect] | None:
        if not isinstance(found, ClientScanned):
            return None
        self._choose(found.client)
        return []

    def _look(self) -> None:
        self._found = self.desk.shelves.clients(self._query, LIMIT) if self._query.strip() else []

    def _choose(self, client: str) -> None:
        self._client = self.desk.shelves.client(client)
        self._note = ""

    # writing

    def _toggle(self, channel: str) -> list[Effect]:
        client = self._client
        if client is None or channel not in get_args(Channel):
            return []
        given = not self._consents(client).get(channel, False)
        self._own_consents.setdefault(client.id, {})[channel] = given
        till, by, seen = self.desk.services.till, self.desk.staff_id, self.desk.shelves.version("customers")
        named: Channel = channel  # type: ignore[assignment]
        return [self.job("consent", lambda: till.change_consent(client.id, named, given, seen, by))]

    def _add_note(self, now: int) -> list[Effect]:
        client, text = self._client, self._note.strip()
        if client is None or not text:
            return []
        if any(looks_like_card_number(word) for word in [text, *text.split()]):
            return [refused("card_number")]
        till, by = self.desk.services.till, self.desk.staff_id
        self._note = ""

        def work() -> tuple[str, ClientNote]:
            return client.id, ClientNote(id=till.note(client.id, text, by), at=now, by=by, text=text)

        return [self.job("note", work)]

    def finished(self, job: str, result: object) -> list[Effect]:
        if job == "note" and isinstance(result, tuple):
            client, note = result
            self._own_notes.setdefault(client, []).insert(0, note)
            return [Notice(_("Note kept"), _("It is sent when the ledger is reached."), Tone.GOOD)]
        if job == "consent":
            return [Notice(_("Consent changed"), tone=Tone.GOOD)]
        return []

    def _consents(self, client: ClientRow) -> dict[str, bool]:
        return {**client.consents, **self._own_consents.get(client.id, {})}

    def _notes(self, client: ClientRow) -> list[tuple[ClientNote, bool]]:
        """Notes with whether the ledger has them."""
        known = {note.id for note in client.notes}
        own = [note for note in self._own_notes.get(client.id, []) if note.id not in known]
        return [(note, False) for note in own] + [(note, True) for note in sorted(client.notes, key=lambda n: -n.at)]

    # the view

    @property
    def view(self) -> CustomersView:
        field = Field("client", "", self._query, _("Name, phone, mail or card"))
        rows = tuple(self._row(one) for one in self._found)
        list_empty = None
        if not rows:
            text = _("By name, phone, mail or loyalty card.")
            title = _("Nobody found") if self._query.strip() else _("Search a client")
            list_empty = Empty(title, text, "search")
        summary = n_("{n} client", "{n} clients", len(rows))
        client = self._client
        if client is None:
            empty = Empty(_("No client is chosen"), _("A sale never needs one."), "customers")
            return CustomersView(field, rows, summary, list_empty, empty=empty)
        return self._whole(field, rows, summary, list_empty, client)

    def _whole(
        self, field: Field, rows: tuple[Row, ...], summary: str, list_empty: Empty | None, client: ClientRow
    ) -> CustomersView:
        tab = self._tab
        return CustomersView(
            field=field,
            rows=rows,
            summary=summary,
            list_empty=list_empty,
            name=client.name,
            detail=" · ".join(filter(None, (client.tier, _("size {size}", size=client.size) if client.size else ""))),
            chips=(Chip(client.tier, Tone.WARN, "star"),) if client.tier else (),
            tabs=tabs(client, tab),
            kpis=self._kpis(client) if tab == "profile" else (),
            facts=profile_facts(client) if tab == "profile" else (),
            wishes=wish_rows(self.desk, client) if tab == "wishes" else (),
            purchases=purchase_rows(self.desk, client) if tab == "purchases" else (),
            consents=consent_rows(self._consents(client)) if tab == "consents" else (),
            notes=note_rows(self.desk, self._notes(client)) if tab == "notes" else (),
            note_field=self._note_field() if tab == "notes" else None,
            note_add=self._note_add() if tab == "notes" else None,
            tab_empty=self._tab_empty(client),
            primary=Action(_("Attach to the sale"), AttachClient(client.id), "cart", "F12"),
        )

    def _row(self, one: ClientRow) -> Row:
        chosen = self._client is not None and one.id == self._client.id
        chip = Chip(one.tier, Tone.WARN) if one.tier else None
        return Row(one.id, one.name, one.phone or one.email, icon="user", right_chip=chip, selected=chosen,
                   intent=SelectClient(one.id))  # fmt: skip

    def _kpis(self, client: ClientRow) -> tuple[Kpi, ...]:
        spent = sum(one.minor * one.qty for one in client.purchases)
        visits = len({one.number for one in client.purchases})
        return (
            Kpi(_("Points"), str(client.points)),
            Kpi(_("Spent"), self.desk.money(spent), Chip(n_("{n} visit", "{n} visits", visits)) if visits else None),
        )

    def _note_field(self) -> Field:
        return Field("note", _("New note"), self._note, _("What helps the next person who serves her"), True)

    def _note_add(self) -> Action:
        return Action(_("Add note"), AddNote(), "plus", enabled=bool(self._note.strip()))

    def _tab_empty(self, client: ClientRow) -> Empty | None:
        if self._tab == "wishes" and not client.wishes:
            return Empty(_("No wishes yet"), icon="heart")
        if self._tab == "purchases" and not client.purchases:
            return Empty(_("Nothing bought yet"), icon="receipt")
        if self._tab == "notes" and not self._notes(client):
            return Empty(_("No notes yet"), _("A note is never shown to the client."), "note")
        return None
