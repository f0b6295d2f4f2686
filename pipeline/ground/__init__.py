"""Small things that any room may stand on; they know of nothing but errors."""
