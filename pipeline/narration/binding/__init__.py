"""What a spoken book becomes: one file, a file for each chapter, or an EPUB that lights up what it says."""

from pipeline.narration.binding.files import bind, events, marks, work
from pipeline.narration.binding.overlays import voiced

__all__ = ["bind", "events", "marks", "voiced", "work"]
