"""Hear each line that you type, and type on meanwhile: python examples/play.py

Wants a sound card and `pip install sounddevice`. Ctrl-C is silence at once, and tells what was heard until then.
"""

import queue
import sys
import threading

import sounddevice

from pipeline import create_streaming_pipeline, heard

RATE = 24_000  # hertz
texts = queue.Queue()  # any thread may put text in, at any time; None is the end


def write():
    for line in sys.stdin:
        texts.put(line + "\n")  # a blank line: no more of this comes, say it now
    texts.put(None)


def main():
    threading.Thread(target=write, daemon=True).start()
    pipeline = create_streaming_pipeline("text", "auto", {"output_dir": "output/examples"})
    card = sounddevice.RawOutputStream(RATE, channels=1, dtype="int16")
    card.start()
    events, played = [], 0.0
    try:
        for item in pipeline.stream_text_to_audio(iter(texts.get, None)).with_sound(RATE):
            if isinstance(item, bytes):  # the next clip is made while this one is played
                card.write(item)
                played += len(item) / 2 / RATE
                continue
            events.append(item)
            if item.type in ("failed", "error"):
                print(item.message, file=sys.stderr)
        card.stop()  # once all of it is played
    except KeyboardInterrupt:
        card.abort()
        print("Heard:", heard(events, played - card.latency))


if __name__ == "__main__":
    main()
