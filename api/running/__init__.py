"""Runs, from what a request says to what is kept of them."""
