"""Databases: engines, tables, migrations, and the book in which facts and projections are committed together."""
