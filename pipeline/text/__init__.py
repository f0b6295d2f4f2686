"""Tokens to sentences, sentences to passages, passages to what is said. No input, no output, no clock of its own."""

from pipeline.text.splitter import SentenceSplitter as SentenceSplitter
