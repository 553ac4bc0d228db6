"""The connection to SQLite or PostgreSQL: types, prepared statements, patience, and commits in groups."""
