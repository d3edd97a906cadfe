"""Who is who: keys of devices and tickets, enrolled peers, PINs."""
