"""The demo: a seeded shop, its simulated devices, and a day that plays itself."""
