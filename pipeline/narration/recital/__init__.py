"""A document on its way into sound: portion after portion is spoken, encoded and kept, so that it goes on where it
stopped."""

from pipeline.narration.recital.account import Unheard, left_out, unheard
from pipeline.narration.recital.book import SOUND, Book, Spoken
from pipeline.narration.recital.estimate import Estimate, estimate
from pipeline.narration.recital.library import library, together, with_a_cover_or_none
from pipeline.narration.recital.progress import Progress
from pipeline.narration.recital.shelf import Shelf, told

__all__ = [
    "SOUND",
    "Book",
    "Estimate",
    "Progress",
    "Shelf",
    "Spoken",
    "Unheard",
    "estimate",
    "left_out",
    "library",
    "together",
    "told",
    "unheard",
    "with_a_cover_or_none",
]
