"""Looking for a thing, in the samples."""

from store_app.presenters import intents as i
from store_app.presenters.texts import _, n_
from store_app.presenters.views.dialogs import PromptView
from store_app.presenters.views.orders import LocateView
from store_app.presenters.views.parts import Action, Chip, Empty, Fact, Field, Row, Tone
from store_app.presenters.views.stock import FinderView
from store_app.samples.words import both

_LEVELS = (0.05, 0.05, 0.12, 0.19, 0.23, 0.21, 0.32, 0.36, 0.33, 0.47, 0.55, 0.51, 0.63, 0.7, 0.76, 0.74, 0.8, 0.86,
           0.9, 0.94)  # fmt: skip


def start() -> FinderView:
    """Nothing is looked for yet."""
    return FinderView(
        title=_("Locate an article"),
        subtitle=_("Scan it, or write its name or number."),
        field=Field("locate", _("Article"), "", _("Name, number, barcode…")),
        empty=Empty(
            _("Find anything that has a tag"),
            _("Scan its barcode or write what it is. The last place is shown; the handheld leads you there."),
            "locate",
        ),
    )


def search() -> FinderView:
    """A few letters are written."""
    rows = (
        ("1", both("Jean droit brut", "Straight raw jeans"), "W30 L32", 4, True),
        ("2", both("Jean droit brut", "Straight raw jeans"), "W32 L32", 2, True),
        ("3", both("Jean large délavé", "Washed wide jeans"), "W31 L32", 7, True),
        ("4", both("Sac en jean", "Denim bag"), "", 3, False),
    )
    base = start()
    return FinderView(
        title=base.title,
        subtitle=base.subtitle,
        field=Field("locate", _("Article"), "jean", _("Name, number, barcode…")),
        results_title=n_("{n} article", "{n} articles", len(rows)),
        results=tuple(
            Row(
                gtin,
                name,
                variant,
                icon="rfid" if tagged else "bag",
                right=n_("{n} here", "{n} here", here),
                right_sub="" if tagged else _("without tags"),
                intent=i.LocateArticle(gtin),
            )
            for gtin, name, variant, here, tagged in rows
        ),
        empty=base.empty,
    )


def locate() -> FinderView:
    """One is heard, quite near."""
    units = (
        ("1", both("Réserve R2", "Stockroom R2"), _("{n} min ago", n=51), "…00001A85", True),
        ("2", both("Femme", "Women"), _("{n} h ago", n=3), "…0000117F", False),
        ("3", both("Femme", "Women"), both("18 nov., 17:04", "18 Nov, 17:04"), "…000019C2", False),
    )
    any_row = Row("any", _("Any of them"), _("the one that is heard best"), icon="locate", intent=i.LocateUnit(""))
    return FinderView(
        title=both("Jean droit brut", "Straight raw jeans"),
        subtitle="W30 L32",
        results_title=n_("{n} unit", "{n} units", len(units)),
        results=(
            any_row,
            *(
                Row(
                    id_,
                    zone,
                    seen,
                    icon="rfid",
                    right=serial,
                    right_chip=Chip(_("heard"), Tone.GOOD, "rfid")
                    if heard
                    else Chip(_("missed"), Tone.WARN)
                    if id_ == "3"
                    else None,
                    selected=heard,
                    intent=i.LocateUnit(id_),
                )
                for id_, zone, seen, serial, heard in units
            ),
        ),
        chosen_title=_("Unit {serial}", serial="…00001A85"),
        chosen_subtitle=_(
            "last seen in {zone}, {when}", zone=both("Réserve R2", "Stockroom R2"), when=_("{n} min ago", n=51)
        ),
        chosen_chip=Chip(_("heard"), Tone.GOOD, "rfid"),
        locate=LocateView(
            _("Signal of the handheld"),
            _("Very close"),
            _LEVELS,
            n_(
                "{dbm} dBm · {reader} · {n} read/s",
                "{dbm} dBm · {reader} · {n} reads/s",
                11,
                dbm="−41",
                reader="portable-3",
            ),
        ),
        facts=(Fact(_("Place in the book"), _("Stockroom")), Fact(_("Picked for an order"), _("yes"), Tone.INFO)),
        help=_("The bars grow as you come nearer. Turn around: your body shields the tag."),
        actions=(Action(_("Look for another"), i.Back(), "back", "Escape"),),
        primary=Action(_("Found: put it…"), i.PutFound(), "check", "F12"),
    )


def put() -> PromptView:
    """It was found: where does it lie now?"""
    zones = (("f", "Femme", "Women"), ("h", "Homme", "Men"), ("a", "Accessoires", "Accessories"),
             ("m", "Maison", "Home"),
             ("r1", "Réserve R1", "Stockroom R1"), ("r2", "Réserve R2", "Stockroom R2"))  # fmt: skip
    return PromptView(
        title=_("Where does it lie now?"),
        text=both("Jean droit brut", "Straight raw jeans"),
        facts=(Fact(_("Unit"), "…00001A85"),),
        choices=tuple(Action(both(fr, en), i.Choose(id_), icon="move") for id_, fr, en in zones),
        cancel=Action(_("Cancel"), i.DismissDialog(), key="Escape"),
    )
