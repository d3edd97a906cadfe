"""Customer displays: two lines of text, and a twin."""
