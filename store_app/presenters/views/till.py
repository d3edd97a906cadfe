"""Till mode: the basket that is always in view, and what stands beside it."""

from dataclasses import dataclass

from store_app.presenters.views.parts import Action, Bars, Chip, Empty, Fact, Field, Kpi, Progress, Row, Tone


@dataclass(frozen=True, slots=True)
class LineNote:
    """A line under a basket line: a promotion, a discount with its reason, a fee."""

    text: str
    amount: str
    tone: Tone = Tone.GOOD


@dataclass(frozen=True, slots=True)
class BasketLine:
    """One line of the basket. ``unit_price`` and ``total`` are before the notes; a returned line has a minus."""

    id: str
    name: str
    variant: str
    qty: str
    unit_price: str
    total: str
    chips: tuple[Chip, ...] = ()
    notes: tuple[LineNote, ...] = ()
    selected: bool = False


@dataclass(frozen=True, slots=True)
class ClientCard:
    """The client of this sale, or the invitation to attach one (then ``attached`` is false)."""

    name: str
    detail: str = ""
    chip: Chip | None = None
    attached: bool = True
    intent: object = None
    detach: Action | None = None


@dataclass(frozen=True, slots=True)
class BasketView:
    """The basket with its totals: 4 lines · 6 articles, hint for the next promotion, VAT, saving, TOTAL."""

    lines: tuple[BasketLine, ...] = ()
    summary: str = ""
    title: str = ""
    client: ClientCard | None = None
    hint: str = ""
    vat: tuple[str, ...] = ()
    saving: Fact | None = None
    total_label: str = ""
    total: str = ""
    empty: Empty | None = None
    actions: tuple[Action, ...] = ()


@dataclass(frozen=True, slots=True)
class Tile:
    """A tile of the grid: an article, or a group (then ``price`` is empty and ``group`` true)."""

    id: str
    text: str
    price: str
    intent: object
    group: bool = False
    enabled: bool = True


@dataclass(frozen=True, slots=True)
class TillView:
    """Selling: basket, tiles, keypad. ``entry`` is what was typed on the pad so far, ``entry_hint`` what it will do."""

    basket: BasketView
    tiles: tuple[Tile, ...] = ()
    tiles_title: str = ""
    tiles_back: Action | None = None
    entry: str = ""
    entry_hint: str = ""
    pad_actions: tuple[Action, ...] = ()
    actions: tuple[Action, ...] = ()
    primary: Action | None = None


@dataclass(frozen=True, slots=True)
class TenderLine:
    """A tender already taken; ``remove`` takes it back while that is possible."""

    text: str
    amount: str
    chip: Chip | None = None
    remove: Action | None = None


@dataclass(frozen=True, slots=True)
class TenderView:
    """Taking money: what is due, what was taken, amounts in one tap, other tenders, the pad."""

    basket: BasketView
    due_label: str
    due: str
    entry: str = ""
    entry_label: str = ""
    change: Fact | None = None
    taken: tuple[TenderLine, ...] = ()
    quick: tuple[Action, ...] = ()
    methods: tuple[Action, ...] = ()
    message: Chip | None = None
    actions: tuple[Action, ...] = ()
    primary: Action | None = None


@dataclass(frozen=True, slots=True)
class CardView:
    """A card payment: waiting, declined or in doubt. ``field`` takes the slip's number when it is settled by hand."""

    basket: BasketView
    title: str
    amount: str
    text: str = ""
    chip: Chip | None = None
    icon: str = "card"
    tone: Tone = Tone.NEUTRAL
    progress: Progress | None = None
    steps: tuple[Row, ...] = ()
    field: Field | None = None
    actions: tuple[Action, ...] = ()
    primary: Action | None = None


@dataclass(frozen=True, slots=True)
class DoneView:
    """After the sale: change to give back (the largest thing), ticket number, what to do with the receipt."""

    title: str
    number: str
    big_label: str
    big: str
    facts: tuple[Fact, ...] = ()
    text: str = ""
    chip: Chip | None = None
    receipt: tuple[Action, ...] = ()
    actions: tuple[Action, ...] = ()
    primary: Action | None = None


@dataclass(frozen=True, slots=True)
class ProductCard:
    """One article: price, prior price, stock here and in other stores, its variants."""

    name: str
    variant: str
    price: str
    prior: str = ""
    chips: tuple[Chip, ...] = ()
    facts: tuple[Fact, ...] = ()
    stock_title: str = ""
    stock: tuple[Row, ...] = ()
    variants_title: str = ""
    variants: tuple[Chip, ...] = ()
    actions: tuple[Action, ...] = ()


@dataclass(frozen=True, slots=True)
class SearchView:
    """Results of the search field. The basket stands beside them in till mode (``basket`` is None elsewhere)."""

    query: str
    summary: str = ""
    results: tuple[Row, ...] = ()
    product: ProductCard | None = None
    empty: Empty | None = None
    basket: BasketView | None = None
    actions: tuple[Action, ...] = ()
    primary: Action | None = None


@dataclass(frozen=True, slots=True)
class ReturnLine:
    """One sold line that can come back. ``grades`` are shown while it is chosen; the chosen grade has a good tone."""

    id: str
    name: str
    variant: str
    bought: str
    paid: str
    chips: tuple[Chip, ...] = ()
    selected: bool = False
    intent: object = None
    qty: str = "1"
    grades: tuple[Action, ...] = ()
    blocked: str = ""


@dataclass(frozen=True, slots=True)
class ReturnView:
    """Taking back and exchanging: the document found, its lines, what is refunded and by which tender."""

    title: str
    subtitle: str = ""
    chip: Chip | None = None
    field: Field | None = None
    lines: tuple[ReturnLine, ...] = ()
    empty: Empty | None = None
    exchange: BasketView | None = None
    totals: tuple[Fact, ...] = ()
    refund_label: str = ""
    refund: str = ""
    methods_title: str = ""
    methods: tuple[Row, ...] = ()
    actions: tuple[Action, ...] = ()
    primary: Action | None = None


@dataclass(frozen=True, slots=True)
class SuspendedView:
    """Baskets set aside in this store; the chosen one is shown whole."""

    title: str
    rows: tuple[Row, ...] = ()
    preview: BasketView | None = None
    empty: Empty | None = None
    actions: tuple[Action, ...] = ()
    primary: Action | None = None


@dataclass(frozen=True, slots=True)
class SignInView:
    """Sign-in by PIN or badge. ``filled`` of ``length`` dots are full; ``people`` are those who work here."""

    title: str
    subtitle: str = ""
    shop: str = ""
    till: str = ""
    filled: int = 0
    length: int = 4
    message: Chip | None = None
    people: tuple[Row, ...] = ()
    pad_enabled: bool = True
    languages: tuple[Action, ...] = ()
    primary: Action | None = None
    footer: str = ""


@dataclass(frozen=True, slots=True)
class ShiftView:
    """The till's day: opening float, X, blind count, Z. ``entry`` is the amount being counted."""

    title: str
    subtitle: str = ""
    chip: Chip | None = None
    entry_label: str = ""
    entry: str = ""
    rows_title: str = ""
    rows: tuple[Row, ...] = ()
    tenders_title: str = ""
    tenders: tuple[Row, ...] = ()
    facts: tuple[Fact, ...] = ()
    kpis: tuple[Kpi, ...] = ()
    hours: Bars | None = None
    warning: Chip | None = None
    show_pad: bool = False
    actions: tuple[Action, ...] = ()
    primary: Action | None = None
