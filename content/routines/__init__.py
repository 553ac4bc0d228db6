"""The routines: moves chosen for an athlete and a day."""
