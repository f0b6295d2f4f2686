"""Marked-up text, taken apart: which of its characters are words, and which are marks."""
