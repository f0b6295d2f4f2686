"""Hear each line that you type, and type on meanwhile: python examples/play.py

Wants a sound card and `pip install sounddevice`. Ctrl-C is silence at once, and tells what was heard until then.
"""

import queue
import sys
import threading
import wave

import sounddevice

from pipeline import create_streaming_pipeline, heard

texts = queue.Queue()  # any thread may put text in, at any time; None is the end


def write():
    for line in sys.stdin:
        texts.put(line + "\n")  # a blank line: no more of this comes, say it now
    texts.put(None)


def main():
    threading.Thread(target=write, daemon=True).start()
    pipeline = create_streaming_pipeline("text", "auto", {"output_dir": "output/examples"})
    events, played, card = [], 0.0, None
    try:
        for event in pipeline.stream_text_to_audio(iter(texts.get, None)):
            events.append(event)
            match event.type:
                case "start":
                    rate = event.audio["sample_rate"]
                    card = sounddevice.RawOutputStream(rate, channels=1, dtype="int16")
                    card.start()
                case "audio":  # the next one is made while this one is played
                    with wave.open(str(event.path)) as clip:
                        while samples := clip.readframes(1024):
                            card.write(samples)
                            played += len(samples) / 2 / rate
                case "failed" | "error":
                    print(event.message, file=sys.stderr)
        card.stop()  # once all of it is played
    except KeyboardInterrupt:
        if card is not None:
            card.abort()
            print("Heard:", heard(events, played - card.latency))


if __name__ == "__main__":
    main()
