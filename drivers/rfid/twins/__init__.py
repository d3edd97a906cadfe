"""Twins of RFID readers: each speaks the device's side of the wire on a real transport."""
