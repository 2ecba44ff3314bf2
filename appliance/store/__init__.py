"""The office's memory: one SQLite file. The only importer of peewee.

The event log is audit, outbox and replay in one table; projections are what reports read, and can be made anew from it.
"""
