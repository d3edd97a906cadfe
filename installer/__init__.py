"""The roof: set-up, the ``comptoir`` command, the demo, packaging. Nobody imports it but tests."""
