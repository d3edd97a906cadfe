"""Barcode scanners: plain serial lines, Zebra SSI and HID-POS, each codec with its driver and twin; one worker."""
