"""The central ledger: takes every journal, knows every store's stock, routes orders, publishes the feeds."""
