"""The ways to steer the sandbox: its own JSON interface for tests, and pages for people."""
