"""A Strava to try Backstride, or anything else, against: honest about what it is, strict about what it answers.

Stands alone: imports nothing of ours but `content`, keeps everything in memory, and talks to loopback only.
"""

from integration.sandbox.applications import Application, Grant
from integration.sandbox.limits import RateLimits
from integration.sandbox.model import Options
from integration.sandbox.server import SandboxServer, make_app
from integration.sandbox.state import Sandbox

__all__ = ["Application", "Grant", "Options", "RateLimits", "Sandbox", "SandboxServer", "make_app"]
