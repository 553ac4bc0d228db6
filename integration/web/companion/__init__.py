"""Pages for the months between notes: the next long run, the back and its load, the plan, the way back."""
