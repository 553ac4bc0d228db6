"""Everything that is kept about one athlete, out as a download and back in."""
