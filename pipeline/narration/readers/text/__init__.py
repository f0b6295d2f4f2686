"""Text: plain, as captions, or in Markdown."""
