"""Pages about the athlete's runs and notes."""
