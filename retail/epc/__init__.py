"""Electronic Product Codes: bits of a tag to what they name, and back (GS1 Tag Data Standard 2.2).

``decode`` says everything that an EPC holds. ``item_key`` says only which item it is, and fast; ``ItemKeys`` remembers.
"""

from retail.epc.codec import decode, decode_hex, encode
from retail.epc.formats import DATE_TYPES
from retail.epc.items import ItemDate, encode_dsgtin_plus, encode_sgtin96, encode_sgtin198, encode_sgtin_plus
from retail.epc.keys import ItemKeys, item_key
from retail.epc.parse import from_digital_link, from_pure_identity, from_tag_uri, link_identifiers
from retail.epc.refused import EpcReason, EpcRefused
from retail.epc.schemes import SCHEMES, Scheme
from retail.epc.tag import Tag
from retail.epc.unit import Unit, check_digit

__all__ = [
    "DATE_TYPES",
    "SCHEMES",
    "EpcReason",
    "EpcRefused",
    "ItemDate",
    "ItemKeys",
    "Scheme",
    "Tag",
    "Unit",
    "check_digit",
    "decode",
    "decode_hex",
    "encode",
    "encode_dsgtin_plus",
    "encode_sgtin96",
    "encode_sgtin198",
    "encode_sgtin_plus",
    "from_digital_link",
    "from_pure_identity",
    "from_tag_uri",
    "item_key",
    "link_identifiers",
]
