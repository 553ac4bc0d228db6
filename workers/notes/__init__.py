"""A note on its way to Strava and back: its text, its place, its field, its removal, and the news of it."""
