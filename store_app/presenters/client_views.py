"""The tabs of one client: profile, wishes, purchases, consents, notes."""

from store_app.presenters.desk import Desk
from store_app.presenters.intents import AddArticle, SelectClientTab, ToggleConsent
from store_app.presenters.rows import ClientNote, ClientRow
from store_app.presenters.texts import _, day_of_year, moment
from store_app.presenters.views import Chip, ClientTab, ConsentRow, Fact, NoteRow, Row, Tone


def tabs(client: ClientRow, active: str) -> tuple[ClientTab, ...]:
    """The tabs with what is in them."""
    rows = (
        ("profile", _("Profile"), 0),
        ("wishes", _("Wish list"), len(client.wishes)),
        ("purchases", _("Purchases"), len(client.purchases)),
        ("consents", _("Consent"), 0),
        ("notes", _("Notes"), len(client.notes)),
    )
    return tuple(
        ClientTab(name, text, SelectClientTab(name), name == active, str(badge) if badge else "")
        for name, text, badge in rows
    )


def profile_facts(client: ClientRow) -> tuple[Fact, ...]:
    """How to reach the client, and sizes."""
    facts = (Fact(_("Size"), client.size), Fact(_("Mail"), client.email), Fact(_("Phone"), client.phone))
    return tuple(fact for fact in facts if fact.value)


def wish_rows(desk: Desk, client: ClientRow) -> tuple[Row, ...]:
    """Wished articles with their price, and whether they are here; a tap puts one into the basket."""
    return tuple(_wish(desk, gtin) for gtin in client.wishes)


def _wish(desk: Desk, gtin: str) -> Row:
    stock, price = desk.shelves.stock(gtin), desk.shelves.price_now(gtin, desk.now)
    if stock is None:
        chip = None
    elif stock.sellable > 0:
        chip = Chip(_("in stock"), Tone.GOOD)
    else:
        chip = Chip(_("not available"), Tone.WARN)
    return Row(
        gtin,
        desk.shelves.name_of(gtin),
        desk.shelves.variant_of(gtin),
        icon="heart",
        right=desk.money(price) if price is not None else "",
        right_chip=chip,
        intent=AddArticle(gtin),
    )


def purchase_rows(desk: Desk, client: ClientRow) -> tuple[Row, ...]:
    """What was bought, the latest first."""
    rows = sorted(enumerate(client.purchases), key=lambda pair: -pair[1].at)
    return tuple(
        Row(
            str(n),
            desk.shelves.name_of(one.gtin),
            " · ".join(filter(None, (day_of_year(one.at), one.store, one.number))),
            icon="receipt",
            right=desk.money(one.minor * one.qty),
            right_sub=f"× {one.qty}" if one.qty != 1 else "",
        )
        for n, one in rows
    )


def consent_rows(consents: dict[str, bool]) -> tuple[ConsentRow, ...]:
    """Every channel with what the client said; silence is no."""
    rows = (
        ("email", _("Mail"), _("News and offers by mail")),
        ("sms", _("Text message"), _("Orders and offers by text message")),
        ("phone", _("Phone"), _("Calls from the store")),
        ("post", _("Post"), _("Letters and catalogues")),
    )
    return tuple(
        ConsentRow(
            name,
            text,
            consents.get(channel, False),
            _("Given") if consents.get(channel, False) else _("Not given"),
            toggle=ToggleConsent(channel),
        )
        for channel, name, text in rows
    )


def note_rows(desk: Desk, notes: list[tuple[ClientNote, bool]]) -> tuple[NoteRow, ...]:
    """Notes, the newest first; those that only lie here say so."""
    return tuple(
        NoteRow(
            note.id,
            note.text,
            _("{person} · {when}", person=desk.shelves.person_name(note.by), when=moment(note.at)),
            None if sent else Chip(_("not sent yet"), Tone.WARN),
        )
        for note, sent in notes
    )
