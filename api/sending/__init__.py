"""How answers that are long, or grow, go out."""
