"""From one note to a runner's back, month after month. All of it is pure, and builds on signals and routines."""
