"""The database's history: one file a change, named for what it does."""
