"""HTML, however broken, as Markdown."""
