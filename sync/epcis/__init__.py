"""EPCIS 2.0 beside a book: an index of what the journal says of goods, events captured from others, and their API."""
