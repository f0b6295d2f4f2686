"""Three answers as a model would give them, and how they come: steadily, in bursts, with a stall."""

from __future__ import annotations

import re

__all__ = ["ANSWERS", "SOURCES", "schedule", "tokens"]

PROSE = """\
Bread rises because something inside it is alive. Yeast is a fungus, a single cell at a time, and it has been eating\
 sugar and breathing out gas for far longer than anyone has been baking. When flour meets water, two proteins in the\
 grain link up into long elastic strands, which bakers call gluten. The gas that the yeast makes is caught between \
those strands, so the dough swells slowly like a sponge filling with air.

Temperature decides almost everything. In a warm kitchen the dough may double within an hour, but the taste will be \
plain, because the slow sour flavours never had time to form. Leave the same dough in a cold place overnight and the\
 result is quite different: the crust browns more deeply, the crumb smells faintly of apples, and the loaf keeps for\
 days. Bakers in small towns knew this long before anybody could explain it.

Salt does two jobs at once. It tightens the gluten, and it holds the yeast back. Forget it, and the bread will rise \
too fast and taste of nothing at all. Use too much, and it will hardly rise.

The oven finishes what the yeast began. For the first few minutes the loaf grows quickly, since the gas expands in \
the heat while the crust is still soft. Then the outside sets, the sugars darken, and the kitchen starts to smell \
the way a kitchen should. Let the loaf cool before you cut it. That is the hardest step of all."""

DIALOGUE = """\
"Is this seat taken?" the woman asked. "No, please." He moved his bag. The train had stood still for ten minutes. \
"Do you know what happened?" "A tree, I think. They said so at Ely." "On the line?" "Across both tracks." She \
laughed. "My grandmother always said the railways were built by people who had never met a tree." "Mine said the \
same about roofs." "What did she do?" "She was a roofer." For a while neither of them spoke. Rain ran down the \
window in thin crooked lines. "I'm Ruth, by the way." "Daniel." "Where are you going, Daniel?" "To Norwich. My \
brother has a shop there, a sort of shop, with old radios. He repairs them, and sometimes he even sells one." "Does \
anybody still want a radio?" "You would be surprised." The lights went out, came on again, and stayed on. "Well!" \
she said. "That is something, at least." "Shall I see if there is any tea?" "Would you? No sugar. And if they have \
those small lemon cakes, the ones in the yellow paper, then please bring two." He stood up. "Two for you?" "One for \
you, of course. You looked after my seat."\
"""

TECHNICAL = """\
# Reading a large file

The short answer: don't load it all at once. A file of 20 GB will not fit into memory on most machines, and it does \
not have to. You have three good options:

1. Read it line by line, which keeps only one line in memory.
2. Read it in blocks of a fixed size, e.g. 1 MB each.
3. Map it with `mmap`, and let the operating system decide what to load.

Here is the first one:

```python
def count(path, word):
    total = 0
    with open(path, encoding="utf-8") as lines:
        for line in lines:
            total += line.count(word)
    return total
```

This works for text of any size, since Python's file objects are iterators. The block size of version 3.12 is 8,192 \
bytes by default; you can raise it with the `buffering` argument if your disk is slow. Compressed files work in the \
same way: replace `open` with `gzip.open`, and add `"rt"` so that you get text instead of bytes.

If you need to jump around in the file, use the third option. It feels like one long string of bytes, but only the \
pages that you touch are ever read. Be careful with search patterns that span a page, because they are slower than \
they look. For more, see https://docs.example.org/howto/large-files#mmap or ask me for an example with error \
handling."""

ANSWERS = {"prose": PROSE, "dialogue": DIALOGUE, "technical": TECHNICAL}

_STOP = re.compile(r"[.!?…。！？][\"'”’»“)]*")
_TOKEN = re.compile(r"\n+| ?\w{1,6}| ?[^\w\s]+| +")

SOURCES = {
    "3/s": (3.0, 1, 0.0),
    "5/s": (5.0, 1, 0.0),
    "8/s": (8.0, 1, 0.0),
    "15/s": (15.0, 1, 0.0),
    "50/s": (50.0, 1, 0.0),
    "200/s": (200.0, 1, 0.0),
    "8/s in bursts": (8.0, 8, 0.0),
    "30/s in bursts": (30.0, 20, 0.0),
    "30/s, stalls 2 s": (30.0, 1, 2.0),
    "30/s, stalls 5 s": (30.0, 1, 5.0),
}
"""Tokens per second, tokens that come together, seconds of each of two stalls: one at a sentence's end, one within."""


def tokens(text: str) -> list[str]:
    """Pieces of about four characters with the space in front of the word, as models make them."""
    return _TOKEN.findall(text)


def schedule(text: str, source: str) -> list[tuple[float, str]]:
    """(seconds, token) of a text as this source would give it."""
    rate, together, stall = SOURCES[source]
    pieces = tokens(text)
    behind = range(len(pieces) // 3, len(pieces))
    full_stop = next((i for i in behind if _STOP.fullmatch(pieces[i].strip())), len(pieces) // 3)
    stops = {full_stop + 1, 2 * len(pieces) // 3}
    late, out = 0.0, []
    for number, piece in enumerate(pieces):
        late += stall if number in stops else 0.0
        out.append((late + number // together * together / rate, piece))
    return out
