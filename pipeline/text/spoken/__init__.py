"""Passages to what is said aloud: marks dropped, code described, every character accounted for."""
