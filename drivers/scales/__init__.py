"""Scales: a request-and-answer protocol over a serial line, and a twin."""
