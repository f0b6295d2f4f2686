"""Tokens to sentences, sentences to passages, passages to what is said. No input, no output, no clock of its own."""

from pipeline.text.passages.buffer import SpeechBuffer
from pipeline.text.passages.habit import Habit
from pipeline.text.passages.limits import Limits
from pipeline.text.passages.pace import Pace
from pipeline.text.passages.waiting import Splitter
from pipeline.text.sentences.splitter import SentenceSplitter
from pipeline.text.spoken.speakable import Speakable
from pipeline.text.spoken.weaving.lexicon import Lexicon
from pipeline.text.spoken.weaving.policies import POLICIES

__all__ = [
    "POLICIES",
    "SPLITTERS",
    "Habit",
    "Lexicon",
    "Limits",
    "Pace",
    "SentenceSplitter",
    "Speakable",
    "SpeechBuffer",
    "Splitter",
]

SPLITTERS: dict[str, str] = {
    "rules": "pipeline.text.sentences.splitter:SentenceSplitter",
    "pysbd": "pipeline.text.sentences.pysbd_splitter:PysbdSplitter",
}
