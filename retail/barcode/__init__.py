"""Barcodes: what a scanned text means, and codes that carry a price or a weight."""

from retail.barcode.patterns import FRANCE, Pattern, patterns
from retail.barcode.scan import FNC1, Kind, Scanned, ScanRefusal, read

__all__ = ["FNC1", "FRANCE", "Kind", "Pattern", "ScanRefusal", "Scanned", "patterns", "read"]
