"""Books made of files: EPUB and FictionBook."""
