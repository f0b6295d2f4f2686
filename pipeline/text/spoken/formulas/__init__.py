"""Formulas, read as a teacher would read them out."""
