"""The book and the post: journals, feeds, storage, wire, identity, the central ledger. Knows no device."""
