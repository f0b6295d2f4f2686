"""Documents made of printed pages: PDF."""
