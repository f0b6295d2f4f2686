"""From clips to whole files, with captions and chapters."""
