"""The rounds that beat asks for: when each is due, what it looks for, and the sign that it goes on."""
