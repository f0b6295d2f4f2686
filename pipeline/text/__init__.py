"""Tokens to sentences, sentences to passages, passages to what is said. No input, no output, no clock of its own."""

from pipeline.text.buffer import SpeechBuffer as SpeechBuffer
from pipeline.text.limits import Limits as Limits
from pipeline.text.pace import Pace as Pace
from pipeline.text.splitter import SentenceSplitter as SentenceSplitter
