"""The targets of notes: where one stands, and who can read it there."""

from enum import StrEnum


class Target(StrEnum):
    """The place of an athlete's notes. The first is the default."""

    DESCRIPTION = "description"  # of the activity: whoever sees that
    PRIVATE = "private"  # the activity's private note: the athlete alone
    PAGES = "pages"  # nothing on Strava

    @property
    def field(self) -> str:
        """The field of Strava's activity. Raises ValueError for the pages, which have none."""
        if self is Target.PAGES:
            raise ValueError("a note on the pages stands in no field of Strava's")
        return "private_note" if self is Target.PRIVATE else "description"
