"""RFID readers: one folder or module per protocol, each with a twin that speaks the reader's side of the wire."""
