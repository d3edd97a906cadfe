"""Electronic Product Codes: bits of a tag to the item they name, and back (GS1 Tag Data Standard 2.2)."""

from retail.epc.codec import decode, decode_hex
from retail.epc.plus import ItemDate, encode_dsgtin_plus, encode_sgtin_plus
from retail.epc.refused import EpcReason, EpcRefused
from retail.epc.schemes import SCHEMES, Scheme
from retail.epc.sgtin import encode_sgtin96, encode_sgtin198
from retail.epc.tag import Tag
from retail.epc.unit import Unit, check_digit

__all__ = [
    "SCHEMES",
    "EpcReason",
    "EpcRefused",
    "ItemDate",
    "Scheme",
    "Tag",
    "Unit",
    "check_digit",
    "decode",
    "decode_hex",
    "encode_dsgtin_plus",
    "encode_sgtin96",
    "encode_sgtin198",
    "encode_sgtin_plus",
]
