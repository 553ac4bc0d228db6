"""Pages to train with: routines, moves, warning signs."""
