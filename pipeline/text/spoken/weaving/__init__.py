"""How what was taken apart is said."""
