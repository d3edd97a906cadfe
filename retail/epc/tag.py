"""What the bits of an EPC say."""

from typing import NamedTuple

from retail.epc import uris
from retail.epc.families import Ais
from retail.epc.schemes import SCHEME_OF
from retail.epc.unit import Unit


class Tag(NamedTuple):
    """A decoded EPC.

    ``unit`` is None for schemes that name no item. ``values`` are the pieces of the EPC URI without filter, unescaped;
    of a "+" scheme the values of its application identifiers. ``filter`` is None where the scheme has none. ``data``
    are further GS1 data behind the EPC of a "+" scheme. ``epc`` is what was read, filler included.
    """

    scheme: str
    unit: Unit | None
    filter: int | None
    values: tuple[str, ...]
    data: Ais
    epc: bytes

    @property
    def hex(self) -> str:
        """The whole EPC in capitals."""
        return self.epc.hex().upper()

    @property
    def ais(self) -> Ais:
        """GS1 application identifiers with values, further data last; none for GID, USDOD and ADI."""
        return uris.element_strings(SCHEME_OF[self.scheme], self.values) + self.data

    @property
    def tag_uri(self) -> str | None:
        """``urn:epc:tag:…``; None for "+" schemes."""
        return uris.tag_uri(SCHEME_OF[self.scheme], self.filter, self.values)

    @property
    def pure_identity(self) -> str | None:
        """``urn:epc:id:…``; None for "+" schemes."""
        return uris.pure_identity(SCHEME_OF[self.scheme], self.values)

    @property
    def digital_link(self) -> str | None:
        """The canonical link; None for GID, USDOD and ADI."""
        return uris.digital_link(self.ais)

    @property
    def uri(self) -> str:
        """The tag URI of the schemes of TDS 1, the Digital Link of the "+" schemes."""
        return self.tag_uri or self.digital_link or ""
