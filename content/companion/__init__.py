"""From one note to a runner's back, month after month. All of it is pure, and builds on signals and routines.

wish              "I want to run 18 km on Sunday": what would be said, and the ladder of long runs up to it
association       the back and the load: counts, and Fisher's exact test for what may be called a difference
twelve_weeks      the plan: strength days around the runner's own long and hard days
back_to_running   run-walk steps after a sore spell
helped            which moves and cues helped, by what was told
"""
