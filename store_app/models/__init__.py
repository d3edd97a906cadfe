"""Thin Qt item models over the rows of a view."""
