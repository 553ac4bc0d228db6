"""Who may connect: the owner, whom ALLOWED_ATHLETES names, and whoever holds or once used an invitation."""

from datetime import datetime

from sqlalchemy.orm import Session

from integration.config import Settings
from integration.store import instance_facts


def admit(session: Session, settings: Settings, athlete_id: int, token: str | None, now: datetime) -> bool:
    """Whether the athlete may connect. Uses the invitation up where that is what opens the door, or makes the owner."""
    if token and _opens(session, settings, athlete_id, token, now):
        instance_facts.use_invitation(session, token, athlete_id, now)
        return True
    return (
        settings.allowed_athletes == "*"
        or athlete_id in (settings.allowed_athletes or ())
        or athlete_id in (settings.owner_athlete, instance_facts.owner(session))
        or instance_facts.invited(session, athlete_id)
    )


def _opens(session: Session, settings: Settings, athlete_id: int, token: str, now: datetime) -> bool:
    """An owner's link is void once there is an owner: one that leaked must not hand the instance over."""
    found = instance_facts.invitation(session, token, now)
    if found is None:
        return False
    owner = settings.owner_athlete or instance_facts.owner(session)
    return found.role != "owner" or owner in (None, athlete_id)
