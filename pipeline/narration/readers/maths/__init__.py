"""Formulas of web pages and word processors, as TeX."""
