"""What the bits of an EPC say."""

from typing import NamedTuple

from retail.epc.unit import Unit


class Tag(NamedTuple):
    """A decoded EPC. ``unit`` is None for schemes that name no item.

    ``uri`` is the EPC tag URI of the older schemes, the GS1 Digital Link of the "+" schemes, and the raw URI
    (``urn:epc:raw:…``) of schemes that are only recognised. ``hex`` is the whole EPC in capitals.
    """

    scheme: str
    unit: Unit | None
    uri: str
    hex: str
