"""UPC-E written out as UPC-A: scanners send the short form, an article is known by the long one."""


def upc_a_of(upc_e: str) -> str:
    """The 12 digits of a UPC-E code with or without number system and check digit (6 to 8 digits).

    Other texts stay as they are. GS1 General Specifications, section 5.2.2.4.2.
    """
    if not (upc_e.isascii() and upc_e.isdigit() and 6 <= len(upc_e) <= 8):
        return upc_e
    system = upc_e[0] if len(upc_e) > 6 else "0"
    core = upc_e[1:7] if len(upc_e) > 6 else upc_e
    body = system + _zeros_back(core)
    return body + (upc_e[7] if len(upc_e) == 8 else _check_digit(body))


def _zeros_back(core: str) -> str:
    last = core[5]
    if last in "012":
        return core[:2] + last + "0000" + core[2:5]
    if last == "3":
        return core[:3] + "00000" + core[3:5]
    if last == "4":
        return core[:4] + "00000" + core[4]
    return core[:5] + "0000" + last


def _check_digit(body: str) -> str:
    total = sum(int(digit) * (3 if place % 2 == 0 else 1) for place, digit in enumerate(body))
    return str(-total % 10)
