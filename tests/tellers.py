"""Sources that tell one story: some break off, others go on in the ways in which models do."""

import random
import re

from pipeline.errors import SourceFailed, SourceTruncated

STORY = (
    "Once upon a time, in the year 1871, a clockmaker called Mr. Adler lived at No. 5 Mill Lane. He owned 3.5 "
    'acres of land, a cat, and very little else! Did he complain? Never. "What would I do with more?" he used '
    'to say. "One cannot wind two clocks at once."\n\n'
    "Every evening he walked to the river, e.g. to count the boats. On some evenings there were seven; on "
    "others, none at all... He wrote the number down, and went home. The cat waited. The cat always waited.\n\n"
    "Then came the winter of the long frost. The river froze, and there were no boats to count. He counted the "
    'stars instead. "That," he told the cat, "will take a little longer." It did. It took him the rest of his '
    "life, and he was never once bored. Okay, perhaps once; but that is another story. 日本語の文もあります。"
    "次の文です。And here it ends 🙂."
)


def tokens_of(text, seed):
    chance = random.Random(seed)
    at = 0
    while at < len(text):
        size = chance.choice((1, 2, 3, 4, 4, 5, 7, 40))
        yield text[at : at + size]
        at += size


class Broken:
    """Says the first characters of the story, and breaks off."""

    name, model, streaming = "broken", "m1", True

    def __init__(self, text, cut, seed=0):
        self.text, self.cut, self.seed = text, cut, seed

    async def tokens(self, request):
        for token in tokens_of(self.text[: self.cut], self.seed):
            yield token
        raise SourceTruncated("broken off")


def last_sentence(text):
    """Where the sentence before the last boundary begins."""
    bounds = [0, *(found.end() for found in re.finditer(r"[.!?]\s+", text.rstrip()))]
    return bounds[-2] if len(bounds) > 1 else 0


def own_sentence(text):
    """Where the unfinished sentence begins."""
    return max((found.end() for found in re.finditer(r"[.!?]\s+", text)), default=0)


BEHAVIOURS = {
    "goes on at once": lambda text, at: text[at:],
    "goes on from the sentence": lambda text, at: text[own_sentence(text[:at]) :],
    "repeats the last sentence": lambda text, at: text[last_sentence(text[:at]) :],
    "begins again": lambda text, at: text,
    "adds a preamble": lambda text, at: "Sure, here is the rest of the story:\n\n" + text[at:],
    "preamble and sentence": lambda text, at: "Certainly! I'll continue: " + text[own_sentence(text[:at]) :],
    "preamble and all of it": lambda text, at: "Of course. Here is the story again.\n\n" + text,
}


class Continuing:
    """A model that knows the story and goes on in one of the ways in which models do."""

    name, model, streaming = "next", "m2", True

    def __init__(self, text, behaviour, continues, seed=1):
        self.text, self.behaviour, self.continues, self.seed = text, behaviour, continues, seed
        self.asked = []

    async def tokens(self, request):
        self.asked.append(request)
        shown = next(message.content for message in reversed(request.messages) if message.role == "assistant")
        answer = BEHAVIOURS[self.behaviour](self.text, len(shown))
        if not answer.strip():
            raise SourceFailed("nothing to say", blank=True)
        for token in tokens_of(answer, self.seed):
            yield token
