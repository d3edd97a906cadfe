"""Receipt printers: ESC/POS bytes, the printer, its worker and its twin."""
