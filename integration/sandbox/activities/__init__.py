"""Activities as Strava holds and shows them, and the made-up runner who logs them. Pure, but for one file."""
