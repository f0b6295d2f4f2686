"""A program that has pydub and FFmpeg encode one WAV file, apart from everything else: neither knows a limit of time,
so `pipeline.audio.joining.export`, which starts it, ends it and what it started.

    python -P pydub_child.py SOURCE TARGET CONTAINER TAGS

TAGS: an object of JSON. Where it fails, the last line of standard error says why."""

from __future__ import annotations

import json
import sys
import warnings

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # of its own source, when it is compiled for the first time
    from pydub import AudioSegment
    from pydub.exceptions import CouldntEncodeError


def main(source: str, target: str, container: str, tags: str) -> None:
    with open(source, "rb") as plain:
        sound = AudioSegment.from_wav(plain)
    try:
        sound.export(target, format=container, tags=json.loads(tags)).close()
    except CouldntEncodeError as error:
        sys.exit(str(error).strip())


if __name__ == "__main__":
    main(*sys.argv[1:])
