"""Which moves are for whom and when."""
