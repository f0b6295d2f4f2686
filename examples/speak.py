"""Speak a text to files: python examples/speak.py "Hello there. How are you?" """

import sys

from pipeline import create_streaming_pipeline

text = " ".join(sys.argv[1:]) or "Hello there. This text became sound, sentence by sentence, while you were reading it."
pipeline = create_streaming_pipeline("text", "auto", {"output_dir": "output/examples"})

for event in pipeline.stream_text_to_audio(text):
    match event.type:
        case "audio":
            print(f"{event.begins:6.2f} s  {event.text.strip()}  ->  {event.path}")
        case "failed" | "error":
            print(f"could not speak: {event.message}", file=sys.stderr)
        case "complete":
            print(f"{event.audio_files} clips, {event.seconds:.1f} s of sound, {event.status}")
