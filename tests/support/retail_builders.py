"""Articles, catalogues, baskets and a signing key with sound defaults, for tests of the shop's rules."""

from collections.abc import Sequence
from functools import cache

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature, encode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from retail.catalogue import Article, Catalogue, Price, PriceList, Promotion, SaleSettings, TaxRule
from retail.facts import SaleCompleted, SoldLine
from retail.fiscal import FiscalState, France, Moment, Register, Signer
from retail.sale.basket import Basket, add_article
from retail.sale.checkout import Counter, Settled, checkout
from retail.sale.pricing import PricedBasket, price
from retail.sale.tenders import Payment, add_cash

NOW = 1_795_000_000_000
"""2026-11-18 11:06:40 UTC"""
AT = Moment(NOW, 60)
TAXES = (
    TaxRule.from_row({"code": "N", "rate": "20", "label": {"fr": "Taux normal"}}),
    TaxRule.from_row({"code": "I", "rate": "10", "label": {}}),
    TaxRule.from_row({"code": "R", "rate": "5.5", "label": {}}),
    TaxRule.from_row({"code": "S", "rate": "2.1", "label": {}}),
)


def gtin(n: int) -> str:
    """A GTIN-14 of the test's own range; the check digit is right."""
    body = f"03{n:011d}"
    odd, even = sum(map(int, body[::2])), sum(map(int, body[1::2]))
    return f"{body}{-(3 * odd + even) % 10}"


def article(n: int = 1, **fields: object) -> Article:
    """Article ``n``: category ``c``, style ``s<n>``, normal rate."""
    row = {"gtin": gtin(n), "label": {"fr": f"Article {n}", "en": f"Article {n}"}, "tax": "N", "sku": f"A{n}"}
    return Article.from_row({**row, "style": f"s{n}", "category": "c", **fields})


def catalogue(articles: Sequence[Article], minors: Sequence[int], promotions: Sequence[Promotion] = ()) -> Catalogue:
    """A catalogue of articles at these prices."""
    lists = [PriceList(one.gtin, "EUR", (Price(minor),)) for one, minor in zip(articles, minors, strict=True)]
    return Catalogue.of(articles, lists, TAXES, promotions, SaleSettings(store="LYO1"))


def shop(*minors: int, promotions: Sequence[Promotion] = ()) -> tuple[list[Article], Catalogue]:
    """Articles 1, 2, … at these prices and their catalogue."""
    articles = [article(i + 1) for i in range(len(minors))]
    return articles, catalogue(articles, minors, promotions)


def basket_of(articles: Sequence[Article], quantities: Sequence[int]) -> Basket:
    """A basket with a line for each article that has a quantity; line ids are ``1``, ``2``, …"""
    basket = Basket("b1")
    for i, (one, qty) in enumerate(zip(articles, quantities, strict=True)):
        if qty:
            basket = add_article(basket, one, line_id=str(i + 1), qty=qty)
    return basket


def sold_line(qty: int, total: int, *, net: int | None = None, units: tuple[str, ...] = ()) -> SoldLine:
    """A sold line of article 1 that was paid ``total`` for ``qty`` units, list price 10.00 each."""
    net = total * 5 // 6 if net is None else net
    return SoldLine(
        line="1", gtin=gtin(1), label="Article 1", qty=qty, unit_minor=1000, gross_minor=1000 * qty, total_minor=total,
        net_minor=net, tax_minor=total - net, rate="20", tax_code="N", tagged=True, units=units,
    )  # fmt: skip


@cache
def _key() -> ec.EllipticCurvePrivateKey:
    return ec.derive_private_key(0x5EED, ec.SECP256R1())


def sign(data: bytes) -> bytes:
    """ES256 with the tests' own key: raw r and s."""
    r, s = decode_dss_signature(_key().sign(data, ec.ECDSA(SHA256())))
    return r.to_bytes(32, "big") + s.to_bytes(32, "big")


def verify(data: bytes, signature: bytes, key: str) -> bool:
    """Whether :func:`sign` made the signature."""
    encoded = encode_dss_signature(int.from_bytes(signature[:32], "big"), int.from_bytes(signature[32:], "big"))
    try:
        _key().public_key().verify(encoded, data, ec.ECDSA(SHA256()))
    except InvalidSignature:
        return False
    return key == "k1"


def france(**fields: int) -> France:
    """The French module of till LYO1-T1."""
    return France(
        Register("LYO1", "LYO1-T1", "12345678900011", "Comptoir"), Signer("k1", sign), hash="0" * 64, **fields
    )


def counter(day: str = "2026-11-18") -> Counter:
    """Till LYO1-T1 on a business date."""
    return Counter("LYO1-T1", "shift1", day, "anne")


def paid_in_cash(priced: PricedBasket) -> Payment:
    """A payment of the exact sum in cash."""
    payment = Payment(priced.total_minor, priced.currency)
    return payment if payment.settled else add_cash(payment, "p1")


def settle(
    basket: Basket, view: Catalogue, *, sale: str = "s1", day: str = "2026-11-18", state: FiscalState | None = None
) -> Settled:
    """Price a basket, pay it in cash and sign the ticket."""
    priced = price(basket, view, NOW)
    return checkout(
        priced, paid_in_cash(priced), counter(day), AT, sale=sale, fiscal=france(), state=state or FiscalState()
    )


def a_sale(*minors: int) -> SaleCompleted:
    """A settled sale of one article at each of these prices."""
    articles, view = shop(*minors)
    return settle(basket_of(articles, [1] * len(minors)), view).sale


def public_pem() -> bytes:
    """The public half of the tests' own key."""
    return _key().public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
