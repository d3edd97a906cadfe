"""GS1 application identifiers that a tag can carry and the format of each one's value (TDS 2.2 tables F and K)."""

from collections.abc import Iterator

from retail.epc.fields import Field
from retail.epc.formats import (
    Alphanumeric,
    Bit,
    Country,
    DateOrRange,
    Delimited,
    Moment,
    Nibbles,
    Numeric,
    Order,
    Pair,
    Precise,
    figures,
)

_TABLE: tuple[tuple[str, Field], ...] = (
    # logistic units, trade items and what belongs to them
    ("00 8006 8017 8018 8026", Nibbles(18)),
    ("01 02", Nibbles(14)),
    ("410-417", Nibbles(13)),
    ("253", Pair(Nibbles(13), Alphanumeric(17, shortest=0))),
    ("255", Pair(Nibbles(13), Numeric(12, shortest=0))),
    ("8003", Pair(Nibbles(14), Alphanumeric(16, shortest=0))),
    ("7023 8004 8010", Delimited(30)),
    ("8011", Numeric(12)),
    ("8019", Numeric(10)),
    ("20", figures(2)),
    ("10 21 22 243 254 420 4318 7020-7022 710-716 7240 8002 8012", Alphanumeric(20)),
    ("235", Alphanumeric(28)),
    ("240 241 250 251 400 401 403 4308 4319 7002 7230-7239 90", Alphanumeric(30)),
    ("242", Numeric(6, 3)),
    ("30 37", Numeric(8)),
    # dates
    ("11 12 13 15 16 17 4326 7006", Moment()),
    ("4324 4325 7003", Moment(2)),
    ("7007", DateOrRange()),
    ("7011 8008", Precise()),
    # measures, amounts and shares
    ("3100-3105 3110-3115 3120-3125 3130-3135 3140-3145 3150-3155 3160-3165", figures(6)),
    ("3200-3205 3210-3215 3220-3225 3230-3235 3240-3245 3250-3255 3260-3265 3270-3275 3280-3285", figures(6)),
    ("3290-3295 3300-3305 3310-3315 3320-3325 3330-3335 3340-3345 3350-3355 3360-3365 3370-3375", figures(6)),
    ("3400-3405 3410-3415 3420-3425 3430-3435 3440-3445 3450-3455 3460-3465 3470-3475 3480-3485", figures(6)),
    ("3490-3495 3500-3505 3510-3515 3520-3525 3530-3535 3540-3545 3550-3555 3560-3565 3570-3575", figures(6)),
    ("3600-3605 3610-3615 3620-3625 3630-3635 3640-3645 3650-3655 3660-3665 3670-3675 3680-3685", figures(6)),
    ("3690-3695 3950-3953 8005", figures(6)),
    ("3900-3909 3920-3929 423 425", Numeric(15)),
    ("3910-3919 3930-3939", Pair(figures(3), Numeric(15))),
    ("3940-3943 8111", figures(4)),
    # places and transport
    ("402", figures(17)),
    ("421", Pair(figures(3), Alphanumeric(9, 4))),
    ("422 424 426", figures(3)),
    ("427 7008", Alphanumeric(3, 2)),
    ("4300 4301 4310 4311 4320", Alphanumeric(35, 6)),
    ("4302-4306 4312-4316 7257 8110 8112 8200", Alphanumeric(70, 7)),
    ("4307 4317", Country()),
    ("4309", figures(20)),
    ("4321-4323", Bit(("0", "1"))),
    ("4330-4333", Pair(figures(6), Bit(("", "-")))),
    # trades with rules of their own
    ("7001", figures(13)),
    ("7004", Numeric(4, 3)),
    ("7005", Alphanumeric(12, 4)),
    ("7009 7255", Alphanumeric(10, 4)),
    ("7010", Alphanumeric(2, 2)),
    ("7030-7039", Pair(figures(3), Alphanumeric(27))),
    ("7040 7041", Alphanumeric(4, 3)),
    ("7241", Nibbles(2)),
    ("7242 8013 8020", Alphanumeric(25)),
    ("7250", figures(8)),
    ("7251", figures(12)),
    ("7252", figures(1)),
    ("7253 7254 7259", Alphanumeric(40, 6)),
    ("7258", Order()),
    ("8001", figures(14)),
    ("8007", Alphanumeric(24)),
    ("8009", Alphanumeric(50, 6)),
    ("7256 8030 91-99", Alphanumeric(90, 7)),
)


def _spread(listed: str) -> Iterator[str]:
    for entry in listed.split():
        first, _, last = entry.partition("-")
        yield from (str(number).zfill(len(first)) for number in range(int(first), int(last or first) + 1))


FORMATS: dict[str, Field] = {ai: format for listed, format in _TABLE for ai in _spread(listed)}
"""by application identifier"""

KEY_LENGTH: dict[str, int] = {ai[:2]: len(ai) for ai in FORMATS}
"""digits of an application identifier by its first two (table K)"""
