"""Widgets of Comptoir: painted from the tokens, usable by touch and by keyboard."""
