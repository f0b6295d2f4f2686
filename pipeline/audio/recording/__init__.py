"""From what an engine says to a clip."""
