"""The values of settings: where files and data lie, how a text is read, and secrets that are made once."""
