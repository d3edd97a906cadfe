"""What a screen may ask: one small frozen dataclass per wish, imperative, with no logic and no Qt.

Screens make a few of them themselves (typing, keys, scans: the first group); all others are put into the ``Action``,
``Row`` and ``Tile`` of a view by its presenter and come back when the person taps there. A presenter ignores what
isn't for it.
"""

from dataclasses import dataclass

from store_app.presenters.names import Area, ScreenName

# Made by widgets and by the frame


@dataclass(frozen=True, slots=True)
class PadKey:
    """A key of the pad: ``0``-``9``, ``00``, ``.``, ``back``, ``clear``, ``enter``; typed digits too."""

    key: str


@dataclass(frozen=True, slots=True)
class Scanned:
    """A barcode or badge from a device or from a keyboard wedge. ``aim`` is the AIM id if it was sent."""

    text: str
    aim: str = ""
    source: str = "wedge"


@dataclass(frozen=True, slots=True)
class TagsSeen:
    """EPCs (hexadecimal) that the till's RFID pad has in its field."""

    epcs: tuple[str, ...]
    source: str = "pad"


@dataclass(frozen=True, slots=True)
class TextChanged:
    """The text of a ``Field`` changed."""

    name: str
    text: str


@dataclass(frozen=True, slots=True)
class SearchOpened:
    """The person went into the search field (F2)."""


@dataclass(frozen=True, slots=True)
class SearchChanged:
    """The text of the header's search field changed."""

    text: str


@dataclass(frozen=True, slots=True)
class SearchSubmitted:
    """Enter in the header's search field: take the best result."""

    text: str


@dataclass(frozen=True, slots=True)
class SearchClosed:
    """Escape in the search field: back to where one came from."""


@dataclass(frozen=True, slots=True)
class SelectArea:
    """A work area of the rail."""

    area: Area


@dataclass(frozen=True, slots=True)
class Show:
    """A tab or a link to a screen. ``argument`` is for that screen's presenter."""

    screen: ScreenName
    argument: object = None


@dataclass(frozen=True, slots=True)
class Back:
    """Leave this screen or panel for the one it was opened from (Escape)."""


@dataclass(frozen=True, slots=True)
class DismissDialog:
    """Close the dialog without an answer (Escape)."""


@dataclass(frozen=True, slots=True)
class Tick:
    """A second has passed: clocks, SLAs and time-outs are looked at."""


# Sign-in


@dataclass(frozen=True, slots=True)
class SelectPerson:
    """A person of the sign-in list."""

    person: str


@dataclass(frozen=True, slots=True)
class SignIn:
    """The PIN is complete."""


@dataclass(frozen=True, slots=True)
class Lock:
    """Sign out; the basket stays."""


@dataclass(frozen=True, slots=True)
class UseLanguage:
    """Show the screens in another language: ``fr``, ``en``."""

    language: str


# Selling


@dataclass(frozen=True, slots=True)
class SelectLine:
    """A line of the basket."""

    line: str


@dataclass(frozen=True, slots=True)
class MoveSelection:
    """Up or down in the basket by keyboard."""

    by: int


@dataclass(frozen=True, slots=True)
class TapTile:
    """A tile: an article or a group."""

    tile: str


@dataclass(frozen=True, slots=True)
class TilesBack:
    """From a group of tiles back to all of them."""


@dataclass(frozen=True, slots=True)
class SetQuantity:
    """The typed number becomes the chosen line's quantity."""


@dataclass(frozen=True, slots=True)
class SetPrice:
    """The typed amount becomes the chosen line's price (may need approval)."""


@dataclass(frozen=True, slots=True)
class RemoveLine:
    """Take the chosen line out."""


@dataclass(frozen=True, slots=True)
class ReadPad:
    """Put everything on the RFID pad into the basket."""


@dataclass(frozen=True, slots=True)
class AddArticle:
    """An article of the search results or of another list."""

    gtin: str


@dataclass(frozen=True, slots=True)
class ShowArticle:
    """The product card of an article."""

    gtin: str


@dataclass(frozen=True, slots=True)
class Discount:
    """Ask for a discount on the chosen line."""


@dataclass(frozen=True, slots=True)
class ChooseDiscount:
    """The discount with its reason: basis points off."""

    reason: str
    rate_bp: int


@dataclass(frozen=True, slots=True)
class Suspend:
    """Set the basket aside for any till of this store."""


@dataclass(frozen=True, slots=True)
class Resume:
    """Take a suspended basket up again."""

    basket: str


@dataclass(frozen=True, slots=True)
class SelectBasket:
    """Look into a suspended basket."""

    basket: str


@dataclass(frozen=True, slots=True)
class ClearBasket:
    """Void the basket."""


@dataclass(frozen=True, slots=True)
class AttachClient:
    """This sale is this client's."""

    client: str


@dataclass(frozen=True, slots=True)
class DetachClient:
    """This sale has no client any more."""


# Paying


@dataclass(frozen=True, slots=True)
class Pay:
    """Go to the tenders, or pay all by ``method`` at once: ``cash``, ``card``, ``gift_card``, ``credit``."""

    method: str = ""


@dataclass(frozen=True, slots=True)
class TakeTender:
    """Take this much by this method; no amount: what was typed, else what is due."""

    method: str
    minor: int | None = None


@dataclass(frozen=True, slots=True)
class VoidTender:
    """Take a tender back."""

    tender: str


@dataclass(frozen=True, slots=True)
class CompleteSale:
    """Everything is paid: commit."""


@dataclass(frozen=True, slots=True)
class CancelPayment:
    """Ask the terminal to stop."""


@dataclass(frozen=True, slots=True)
class AskTerminal:
    """Ask the terminal again how the payment stands; never charge again."""


@dataclass(frozen=True, slots=True)
class SettleDoubt:
    """The slip says how it went: ``approved`` or ``declined``."""

    outcome: str


@dataclass(frozen=True, slots=True)
class Receipt:
    """What to do with the receipt: ``print``, ``mail``, ``qr``, ``gift``, ``none``."""

    way: str


@dataclass(frozen=True, slots=True)
class NextSale:
    """On to the next customer."""


# Returns


@dataclass(frozen=True, slots=True)
class OpenReturn:
    """Start a return or an exchange."""


@dataclass(frozen=True, slots=True)
class FindDocument:
    """Look for the typed ticket or order number."""


@dataclass(frozen=True, slots=True)
class ToggleReturn:
    """Choose a sold line to come back, or leave it."""

    line: str


@dataclass(frozen=True, slots=True)
class GradeReturn:
    """The condition of a returned article: ``sellable``, ``damaged``, ``inspect``."""

    line: str
    grade: str


@dataclass(frozen=True, slots=True)
class ChooseRefund:
    """Refund by this tender."""

    method: str


@dataclass(frozen=True, slots=True)
class ExchangeInstead:
    """Put the returned lines into the basket as minus lines and go on selling."""


@dataclass(frozen=True, slots=True)
class CompleteReturn:
    """Receive the goods and refund."""


# Clients


@dataclass(frozen=True, slots=True)
class SelectClient:
    """A client of the list."""

    client: str


@dataclass(frozen=True, slots=True)
class SelectClientTab:
    """``profile``, ``wishes``, ``purchases``, ``consents``, ``notes``."""

    tab: str


@dataclass(frozen=True, slots=True)
class ToggleConsent:
    """Give or withdraw a consent."""

    consent: str


@dataclass(frozen=True, slots=True)
class AddNote:
    """Keep the note that was written."""


@dataclass(frozen=True, slots=True)
class NewClient:
    """Write up a new client."""


# Orders


@dataclass(frozen=True, slots=True)
class SelectOrder:
    """An order of the board."""

    order: str


@dataclass(frozen=True, slots=True)
class FilterOrders:
    """``all``, ``late``, ``urgent``, ``todo``, ``ready``."""

    filter: str


@dataclass(frozen=True, slots=True)
class OrderCommand:
    """A step of the chosen order: ``accept``, ``reject``, ``pick``, ``verify``, ``stage``, ``ready``, ``restock``."""

    step: str


@dataclass(frozen=True, slots=True)
class SelectPickLine:
    """A line of the pick list."""

    line: str


@dataclass(frozen=True, slots=True)
class UnbindLine:
    """Give a bound unit back."""

    line: str
    unit: str = ""


@dataclass(frozen=True, slots=True)
class ShortLine:
    """The chosen line can't be fulfilled here: ``not_found``, ``damaged``; the agent offers it elsewhere."""

    reason: str


@dataclass(frozen=True, slots=True)
class ReadTote:
    """Read the tote on the RFID pad and compare."""


@dataclass(frozen=True, slots=True)
class CountByHand:
    """One more of an untagged line is in the tote."""

    gtin: str


@dataclass(frozen=True, slots=True)
class SelectBin:
    """A place for the packed order."""

    bin: str


@dataclass(frozen=True, slots=True)
class HandOver:
    """Everything was checked: it is the customer's now."""


# Stock


@dataclass(frozen=True, slots=True)
class SelectZone:
    """A zone of the count."""

    zone: str


@dataclass(frozen=True, slots=True)
class OpenCount:
    """Begin to count the chosen zone."""


@dataclass(frozen=True, slots=True)
class FinishCount:
    """The zone is done: close the count."""


@dataclass(frozen=True, slots=True)
class CancelCount:
    """Drop this count."""


@dataclass(frozen=True, slots=True)
class SelectCount:
    """A finished count in the list."""

    count: str


@dataclass(frozen=True, slots=True)
class FilterDifferences:
    """``all``, ``missing``, ``misplaced``, ``unexpected``."""

    filter: str


@dataclass(frozen=True, slots=True)
class Decide:
    """What shall become of a difference: ``move``, ``suspect``, ``shrink``, ``found``, ``ignore``."""

    unit: str
    decision: str


@dataclass(frozen=True, slots=True)
class ApproveCount:
    """Post the moves of all decisions."""


@dataclass(frozen=True, slots=True)
class SelectAlarm:
    """An alarm or an exception of the gate screen."""

    alarm: str


@dataclass(frozen=True, slots=True)
class SelectPassage:
    """A passage of the gate screen, by passage and unit."""

    passage: str
    unit: str


@dataclass(frozen=True, slots=True)
class SelectNeed:
    """An article of the list of what the floor needs."""

    gtin: str


@dataclass(frozen=True, slots=True)
class LocateArticle:
    """Look for any unit of an article."""

    gtin: str


@dataclass(frozen=True, slots=True)
class LocateUnit:
    """Look for this very unit; empty for any of its article."""

    unit: str


@dataclass(frozen=True, slots=True)
class PutFound:
    """It is found: say where it lies now; without a zone somebody is asked."""

    zone: str = ""


@dataclass(frozen=True, slots=True)
class SettleAlarm:
    """``right``, ``false`` for an alarm; an outcome for an exception."""

    verdict: str


@dataclass(frozen=True, slots=True)
class SelectDevice:
    """A device."""

    device: str


@dataclass(frozen=True, slots=True)
class IdentifyDevice:
    """Let the device show which one it is."""


@dataclass(frozen=True, slots=True)
class TryDevice:
    """Test print, open the drawer, show a text, diagnose: ``what`` says which."""

    what: str = ""


# Shift


@dataclass(frozen=True, slots=True)
class OpenShift:
    """Begin the day with the typed float."""


@dataclass(frozen=True, slots=True)
class PrintX:
    """Print the X report."""


@dataclass(frozen=True, slots=True)
class SelectDenomination:
    """A coin or note of the blind count, in minor units."""

    minor: int


@dataclass(frozen=True, slots=True)
class StartClose:
    """Begin the blind count."""


@dataclass(frozen=True, slots=True)
class CloseShift:
    """The count is right: close the day (Z)."""


@dataclass(frozen=True, slots=True)
class CashMove:
    """``pay_in``, ``pay_out``, ``safe_drop``."""

    kind: str


@dataclass(frozen=True, slots=True)
class OpenDrawer:
    """Open the drawer without a sale."""


# Dialogs


@dataclass(frozen=True, slots=True)
class Choose:
    """A choice of a dialog that has no intent of its own."""

    choice: str


@dataclass(frozen=True, slots=True)
class Confirm:
    """The dialog's main action: the PIN, amount or text is complete."""
