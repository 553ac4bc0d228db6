"""Everything that is said to Strava or heard from it. Knows nothing of our store, and imports nothing by itself."""
