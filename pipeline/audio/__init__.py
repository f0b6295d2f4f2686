"""Sound: from what an engine says to files that play."""
