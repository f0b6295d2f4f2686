"""What word processors keep: DOCX and ODT."""
