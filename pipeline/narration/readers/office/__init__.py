"""What programs for writing keep: DOCX and ODT."""
