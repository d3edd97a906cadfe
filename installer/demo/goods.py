"""The goods of the demo shop: a seeded fashion and home catalogue of any size, made row by row.

Numbers come from GS1's range for examples (prefix 952), so that no real article is meant. Article ``i`` is the
same for every size of catalogue, and is made without the ones before it.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

Row = dict[str, Any]

COMPANY_PREFIX = "952100"
_PREFIX_SUM = sum(int(digit) * (3 if place % 2 else 1) for place, digit in enumerate(COMPANY_PREFIX))
DAY_MS = 86_400_000
_WORD = (1 << 64) - 1
MOST = 1_000_000


@dataclass(frozen=True)
class Style:
    """What a family of variants shares. Prices in minor units, tax included."""

    fr: str
    en: str
    category: str
    lowest: int
    highest: int
    sizes: tuple[str, ...]
    zone: str
    tax: str = "N"
    tagged: bool = True


TAXES: list[Row] = [
    {"code": "N", "rate": "20", "label": {"fr": "Taux normal", "en": "Standard rate"}},
    {"code": "I", "rate": "10", "label": {"fr": "Taux intermédiaire", "en": "Intermediate rate"}},
    {"code": "R", "rate": "5.5", "label": {"fr": "Taux réduit", "en": "Reduced rate"}},
    {"code": "S", "rate": "2.1", "label": {"fr": "Taux particulier", "en": "Special rate"}},
]

LETTERS = ("XS", "S", "M", "L", "XL")
WAISTS = ("36", "38", "40", "42", "44", "46")
SHOES = ("36", "37", "38", "39", "40", "41", "42", "43", "44")
SOCKS = ("35–38", "39–42", "43–46")
ONE = ("",)

STYLES = (
    Style("Pull mérinos", "Merino jumper", "knitwear", 5990, 8990, LETTERS, "femme"),
    Style("Cardigan côtelé", "Ribbed cardigan", "knitwear", 6990, 9990, LETTERS, "femme"),
    Style("Robe portefeuille", "Wrap dress", "dresses", 7990, 12990, WAISTS, "femme"),
    Style("Jupe plissée", "Pleated skirt", "skirts", 4990, 7990, WAISTS, "femme"),
    Style("Chemisier soie", "Silk blouse", "shirts", 8990, 13990, WAISTS, "femme"),
    Style("Manteau laine", "Wool coat", "coats", 17990, 29990, LETTERS, "femme"),
    Style("Jean droit brut", "Straight raw jeans", "jeans", 6990, 9990, WAISTS, "homme"),
    Style("Chemise Oxford", "Oxford shirt", "shirts", 4990, 7990, ("38", "39", "40", "41", "42", "43"), "homme"),
    Style("Pantalon chino", "Chino trousers", "trousers", 5990, 8990, WAISTS, "homme"),
    Style("Veste lin", "Linen jacket", "jackets", 12990, 19990, ("46", "48", "50", "52", "54"), "homme"),
    Style("T-shirt coton bio", "Organic cotton T-shirt", "tops", 1990, 2990, LETTERS, "homme"),
    Style("Sweat molleton", "Fleece sweatshirt", "tops", 4990, 6990, LETTERS, "homme"),
    Style("Chaussettes fil d’Écosse", "Lisle socks", "socks", 750, 990, SOCKS, "accessoires"),
    Style(
        "Ceinture cuir tressé", "Braided leather belt", "accessories", 3990, 5990, ("85", "95", "105"), "accessoires"
    ),
    Style("Écharpe laine", "Wool scarf", "accessories", 2990, 4990, ONE, "accessoires"),
    Style("Sac bandoulière", "Crossbody bag", "bags", 8990, 15990, ONE, "accessoires"),
    Style("Baskets cuir", "Leather trainers", "shoes", 8990, 12990, SHOES, "accessoires"),
    Style("Bottines Chelsea", "Chelsea boots", "shoes", 11990, 16990, SHOES, "accessoires"),
    Style("Bougie figuier 180 g", "Fig candle 180 g", "home", 2400, 2400, ONE, "maison", tagged=False),
    Style("Plaid mohair", "Mohair throw", "home", 6990, 9990, ONE, "maison"),
    Style("Housse de coussin", "Cushion cover", "home", 1990, 3490, ("40 × 40", "50 × 50"), "maison"),
    Style("Vase grès", "Stoneware vase", "home", 2990, 5990, ("petit", "grand"), "maison", tagged=False),
    Style("Parure de lit", "Bed linen set", "home", 7990, 14990, ("140", "160", "180"), "maison"),
    Style("Thé noir 100 g", "Black tea 100 g", "food", 890, 1290, ONE, "maison", tax="R", tagged=False),
    Style("Livre de recettes", "Cookbook", "books", 1990, 3490, ONE, "maison", tax="R", tagged=False),
    Style("Magazine déco", "Home magazine", "press", 490, 690, ONE, "maison", tax="S", tagged=False),
)
COLOURS = (
    ("Marine", "Navy"), ("Écru", "Ecru"), ("Noir", "Black"), ("Gris", "Grey"), ("Camel", "Camel"),
    ("Bordeaux", "Burgundy"), ("Kaki", "Khaki"), ("Blanc", "White"), ("Sable", "Sand"), ("Cognac", "Cognac"),
)  # fmt: skip

# Always on the first screen of the till; the first ones of every catalogue.
TILES: tuple[tuple[str, str, int, str, str], ...] = (
    ("Sac papier", "Paper bag", 20, "N", "article"),
    ("Carte postale", "Postcard", 250, "N", "article"),
    ("Retouche ourlet", "Hem alteration", 1200, "N", "service"),
    ("Parapluie", "Umbrella", 1990, "N", "article"),
    ("Cirage", "Shoe polish", 850, "N", "article"),
    ("Cintre bois", "Wooden hanger", 400, "N", "article"),
    ("Emballage cadeau", "Gift wrap", 0, "N", "service"),
    ("Café à emporter", "Coffee to go", 250, "I", "article"),
    ("Chocolat chaud", "Hot chocolate", 320, "I", "article"),
)


@dataclass(frozen=True)
class Goods:
    """A catalogue of ``size`` articles; ``now_ms`` is the day that its price history ends on."""

    seed: int
    size: int
    now_ms: int

    def article(self, index: int) -> Row:
        """The catalogue feed row of article ``index``."""
        if index < len(TILES):
            return _tile(index)
        style, colour, size, number = _parts(index)
        model = f" n° {number}" if number else ""
        number14 = gtin(index)
        variant = [" · ".join(filter(None, (colour[lang], size))) for lang in (0, 1)]
        return {
            "gtin": number14,
            "sku": f"{style.category[:3].upper()}{index:06d}",
            "style": f"{style.fr}{model}",
            "label": {"fr": f"{style.fr}{model}", "en": f"{style.en}{model}"},
            "variant": {"fr": variant[0], "en": variant[1]},
            "category": style.category,
            "kind": "article",
            "tax": style.tax,
            "tagged": style.tagged,
            "stocked": True,
            "barcodes": [number14[1:]],
            "prefix_length": len(COMPANY_PREFIX),
            "tile": None,
            "tile_label": None,
            "min_age": 0,
            "recalled": _chance(self.seed, 1, index) < 0.0005,
        }

    def for_sale(self, gtin14: str) -> bool:
        """Whether a till sells an article: it isn't recalled, and it costs something."""
        index = index_of(gtin14)
        return not self.article(index)["recalled"] and self.price(index)["prices"][-1]["minor"] > 0

    def price(self, index: int) -> Row:
        """The price feed row of article ``index``: its price now and what it was before."""
        if index < len(TILES):
            minor = TILES[index][2]
            history = [{"minor": minor, "from": self.now_ms - 400 * DAY_MS, "until": None}]
            return {"gtin": gtin(index), "currency": "EUR", "prices": history, "prior_minor": None}
        style = _parts(index)[0]
        model = index // len(COLOURS)
        spread = style.highest - style.lowest
        full = _ending_90(style.lowest + int(_chance(self.seed, 2, model) * (spread + 1))) if spread else style.lowest
        history = [{"minor": full, "from": self.now_ms - 300 * DAY_MS, "until": None}]
        prior = None
        if _chance(self.seed, 3, model) < 0.12:  # marked down a fortnight ago
            cut_at = self.now_ms - 14 * DAY_MS
            history[0]["until"] = cut_at
            history.append({"minor": _ending_90(full * 7 // 10), "from": cut_at, "until": None})
            prior = full
        return {"gtin": gtin(index), "currency": "EUR", "prices": history, "prior_minor": prior}

    def articles(self) -> Iterator[Row]:
        """All catalogue rows."""
        return (self.article(index) for index in range(self.size))

    def prices(self) -> Iterator[Row]:
        """All price rows."""
        return (self.price(index) for index in range(self.size))

    def zone(self, index: int) -> str:
        """The sales floor zone in which an article is shown."""
        return "caisse" if index < len(TILES) else _parts(index)[0].zone


def _chance(seed: int, what: int, index: int) -> float:
    """A number in [0, 1) for one question about one article (SplitMix64: Steele, Lea, Flood 2014).

    A generator of its own for each article would take most of the time of a large catalogue.
    """
    mixed = (seed * 0x9E3779B97F4A7C15 + what * 0xD1B54A32D192ED03 + index * 0x8CB92BA72F3D8DD7) & _WORD
    mixed = ((mixed ^ mixed >> 30) * 0xBF58476D1CE4E5B9) & _WORD
    mixed = ((mixed ^ mixed >> 27) * 0x94D049BB133111EB) & _WORD
    return ((mixed ^ mixed >> 31) >> 11) / (1 << 53)


def gtin(index: int) -> str:
    """GTIN-14 of article ``index`` (GS1 General Specifications, 7.9: modulo-10 check digit)."""
    digits = f"{index:06d}"
    at = digits.encode()
    weighted = _PREFIX_SUM + at[0] + at[2] + at[4] + 3 * (at[1] + at[3] + at[5]) - 12 * ord("0")
    return f"0{COMPANY_PREFIX}{digits}{-weighted % 10}"


def index_of(gtin14: str) -> int:
    """The article's place in the catalogue."""
    return int(gtin14[7:13])


def _parts(index: int) -> tuple[Style, tuple[str, str], str, int]:
    """Style, colour, size and model number of an article: styles alternate so that small catalogues are mixed."""
    rank, which = divmod(index - len(TILES), len(STYLES))
    style = STYLES[which]
    rank, size = divmod(rank, len(style.sizes))
    number, colour = divmod(rank, len(COLOURS))
    return style, COLOURS[(colour + which) % len(COLOURS)], style.sizes[size], number


def _tile(index: int) -> Row:
    fr, en, _minor, tax, kind = TILES[index]
    return {
        "gtin": gtin(index),
        "sku": f"TIL{index:06d}",
        "style": fr,
        "label": {"fr": fr, "en": en},
        "variant": {"fr": "", "en": ""},
        "category": "counter",
        "kind": kind,
        "tax": tax,
        "tagged": False,
        "stocked": kind == "article",
        "barcodes": [gtin(index)[1:]],
        "prefix_length": len(COMPANY_PREFIX),
        "tile": index + 1,
        "tile_label": None,
        "min_age": 0,
        "recalled": False,
    }


def _ending_90(minor: int) -> int:
    return max(90, minor // 100 * 100 - 10)
