"""The shop's rules: pure functions and frozen values; time, ids and randomness are arguments."""
