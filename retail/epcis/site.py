"""How a store and its places are named in events: by its GLN when it has one, else by URIs of our own.

With a GLN: ``https://id.gs1.org/414/<gln>`` for the store, with ``/254/<place>`` for a place in it, and
``urn:epcglobal:cbv:bt:<gln>:<device>.<number>`` for the record behind an event (CBV 2.0, 8.5).
Without: ``urn:x-comptoir:loc:<store>``, ``urn:x-comptoir:loc:<store>.<place>`` and
``urn:x-comptoir:bt:<store>:<device>.<number>``: private names after the URN templates of CBV 2.0 (8.3, 8.5).
"""

import re
from functools import lru_cache
from typing import NamedTuple
from urllib.parse import quote

from retail.epc import check_digit
from retail.epc.characters import link_escaped
from retail.errors import Refused

_EXTENSION = re.compile(r"""[!"%&'()*+,\-./0-9:;<=>?A-Z_a-z]{1,20}\Z""")
"""what AI (254) may hold"""


RECORD_TYPE = "urn:x-comptoir:btt:record"
"""the type of :meth:`Site.transaction`, a private one: CBV 2.0 (7.3) has none for a journal's record"""


class Site(NamedTuple):
    """A store as events name it; ``gln`` is empty or 13 digits."""

    store: str
    gln: str = ""

    def place(self, name: str = "") -> str:
        """The URI of the store, or of a place in it; a name that no GLN extension may hold means the store."""
        return _place(self.store, self.gln, name)

    def transaction(self, device: str, number: int) -> str:
        """The URI of the record behind an event: what makes two events of the same goods at the same moment two."""
        name = f"{quote(device, safe='')}.{number}"
        return (
            f"urn:epcglobal:cbv:bt:{self.gln}:{name}"
            if self.gln
            else f"urn:x-comptoir:bt:{quote(self.store, safe='')}:{name}"
        )


@lru_cache(maxsize=1024)
def _place(store: str, gln: str, name: str) -> str:
    if not gln:
        return f"urn:x-comptoir:loc:{quote(store, safe='')}" + (f".{quote(name, safe='')}" if name else "")
    whole = f"https://id.gs1.org/414/{gln}"
    return f"{whole}/254/{link_escaped(name)}" if _EXTENSION.match(name) else whole


def checked_gln(gln: str) -> str:
    """A GLN as it is given, or empty. Raises :class:`Refused` when it hasn't 13 digits with a right check digit."""
    if gln and not (re.fullmatch(r"[0-9]{13}", gln) and check_digit(gln[:-1]) == int(gln[-1])):
        raise Refused("bad_gln", f"a GLN has 13 digits, the last one a check digit: {gln!r}")
    return gln
