"""The flow: one run, from the first token to the last event.

    source --reading--> [inbox] --cutting--> splitter, buffer, speakable --> [passages] --speaking--> recorder
              |                                |                                             |
            chunk                       passage, skipped                       speaking, audio, failed, fallback

Three tasks in one group, joined by two bounded streams. When the voice is behind, passages wait, then the cutting, then
the reading: the source is asked for no more than `read_ahead` characters before they are spoken. Every event goes to
the log, which numbers it; readers follow the log, so nobody who listens can hold the run up.
"""

from pipeline.flow.flow import Flow
from pipeline.flow.plan import Plan

__all__ = ["Flow", "Plan"]
