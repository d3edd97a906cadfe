"""Barcode scanners: the line codec, the serial scanner, its worker and its twin."""
