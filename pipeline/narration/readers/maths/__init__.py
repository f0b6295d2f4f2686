"""Formulas of pages and of programs for writing, as TeX."""
