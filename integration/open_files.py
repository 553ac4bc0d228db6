"""The limit of open files: how far a process may raise it, and how many connections it leaves room for."""

import resource

MOST_CONNECTIONS = 9_000
OF_OUR_OWN = 200  # files that are no connection: the database, Redis, logs


def allowed() -> int:
    """Return how many files a process of ours may have open, once it has asked for as many as the system grants."""
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = MOST_CONNECTIONS + OF_OUR_OWN
    return wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)


def connections() -> int:
    """Return how many connections may be open at once, so that files of our own always find room."""
    return max(1, allowed() - OF_OUR_OWN)


def raise_limit() -> None:
    """Let this process have as many open files as it may."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft != resource.RLIM_INFINITY and soft < allowed():
        resource.setrlimit(resource.RLIMIT_NOFILE, (allowed(), hard))
