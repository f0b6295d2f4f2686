"""Tokens to sentences, sentences to passages, passages to what is said. No input, no output, no clock of its own."""

from pipeline.text.buffer import SpeechBuffer
from pipeline.text.lexicon import Lexicon
from pipeline.text.limits import Limits
from pipeline.text.pace import Pace
from pipeline.text.speakable import POLICIES, Speakable
from pipeline.text.splitter import SentenceSplitter

__all__ = ["POLICIES", "SPLITTERS", "Lexicon", "Limits", "Pace", "SentenceSplitter", "Speakable", "SpeechBuffer"]

SPLITTERS: dict[str, str] = {
    "rules": "pipeline.text.splitter:SentenceSplitter",
    "pysbd": "pipeline.text.pysbd_splitter:PysbdSplitter",
}
