"""The daemon of one store: listens to devices, keeps the stock, runs order workflows, relays journals."""
