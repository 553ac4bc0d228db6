"""A Redis that is being started: its socket is there before anybody listens on it."""

import redis


def answers(client: redis.Redis) -> bool:
    """Return True if it is up, and has read what it had kept."""
    try:
        return bool(client.ping())
    except redis.RedisError:
        return False
