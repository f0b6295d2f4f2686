"""Speaks text while it is still being written."""
