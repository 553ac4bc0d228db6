"""Pages on which the athlete says what counts."""
