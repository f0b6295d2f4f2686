"""Names and settings become objects: what a run is asked for, who writes, who speaks, and what prepares it."""
