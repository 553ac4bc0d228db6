"""Pages to come, connect, see what is kept, and leave."""
