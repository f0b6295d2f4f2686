"""Whole documents and scripts: read, spoken, and bound as finished books.

readers ──▶ document ──▶ recital ──▶ binding        scripts ──▶ one run of many voices
"""

from pipeline.narration.document import Document
from pipeline.narration.readers import read, reader

__all__ = ["Document", "read", "reader"]
