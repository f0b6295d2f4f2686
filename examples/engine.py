"""Bring your own voice, here one that speaks Morse: python examples/engine.py "What hath God wrought" """

import math
import sys
from array import array
from functools import lru_cache

from pipeline import create_streaming_pipeline

SIGNS = """
.- -... -.-. -.. . ..-. --. .... .. .--- -.- .-.. -- -. --- .--. --.- .-. ... - ..- ...- .-- -..- -.-- --..
"""
MORSE = dict(zip("abcdefghijklmnopqrstuvwxyz", SIGNS.split(), strict=True))
RATE = 16_000  # hertz
DOT = 0.02  # seconds


@lru_cache
def sound(seconds, volume):
    turn = 2 * math.pi * 600 / RATE  # 600 hertz
    wave = (volume * math.sin(turn * i) for i in range(int(seconds * RATE)))
    return array("h", (int(32_767 * sample) for sample in wave)).tobytes()


class MorseEngine:
    name, version = "morse", "1"
    sample_rate = RATE
    parallel = 4

    async def voices(self):
        return ()

    async def speak(self, text, voice):
        dot = DOT / min(4, max(0.25, voice.speed))
        for char in text.lower().strip():  # where there is nothing to say, nothing is heard
            for sign in MORSE.get(char, " "):
                if sign != " ":
                    yield sound(dot * (3 if sign == "-" else 1), 0.3)
                yield sound(dot, 0.0)
            yield sound(dot * 2, 0.0)

    async def aclose(self):
        pass


if __name__ == "__main__":
    pipeline = create_streaming_pipeline("text", MorseEngine(), {"output_dir": "output/examples"})
    for event in pipeline.stream_text_to_audio(" ".join(sys.argv[1:]) or "What hath God wrought"):
        print(event.type, getattr(event, "path", ""))
