"""The access policy: the owner, ALLOWED_ATHLETES, and everybody with an invitation, now or once, may connect."""

from datetime import datetime

from sqlalchemy.orm import Session

from integration.config import Settings
from integration.store import instance_facts


def admit(session: Session, settings: Settings, athlete_id: int, token: str | None, now: datetime) -> bool:
    """Return True if the athlete may connect. Uses the invitation up if there is one; an owner link makes the owner."""
    return bool(
        (
            token
            and opens(session, settings, token, now)
            and instance_facts.use_invitation(session, token, athlete_id, now)
        )
        or settings.allowed_athletes == "*"
        or athlete_id in (settings.allowed_athletes or ())
        or athlete_id in (settings.owner_athlete, instance_facts.owner(session))
        or instance_facts.invited(session, athlete_id)
    )


def opens(session: Session, settings: Settings, token: str, now: datetime) -> bool:
    """Return True if the link lets somebody connect. With an owner no owner link does: one may have leaked."""
    found = instance_facts.invitation(session, token, now)
    has_owner = (settings.owner_athlete or instance_facts.owner(session)) is not None
    return found is not None and not (found.role == "owner" and has_owner)
