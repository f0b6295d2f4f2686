"""Sounds of a known level, and how loud a sound is."""

from fractions import Fraction

import av
import numpy as np

from pipeline.audio.recording.loudness import Meter

RATE = 22050


def measured(sound, rate=RATE):
    meter = Meter(rate)
    meter.feed(sound)
    return meter.read()[0]


def by_ffmpeg(sound, rate=RATE):
    """The same by another hand: the ebur128 filter."""
    graph = av.filter.Graph()
    source = graph.add_abuffer(sample_rate=rate, format="s16", layout="mono", time_base=Fraction(1, rate))
    meter, sink = graph.add("ebur128", "metadata=1"), graph.add("abuffersink")
    source.link_to(meter)
    meter.link_to(sink)
    graph.configure()
    frame = av.AudioFrame.from_ndarray(sound[None, :], format="s16", layout="mono")
    frame.sample_rate, frame.pts = rate, 0
    graph.push(frame)
    graph.push(None)
    found = None
    while True:
        try:
            found = graph.pull().metadata.get("lavfi.r128.I", found)
        except (av.error.EOFError, av.error.BlockingIOError):
            return float(found)


def noise(seconds, level, rate=RATE):
    return (np.random.default_rng(1).normal(0, level, round(seconds * rate))).astype(np.int16)


def tone(seconds, hertz, level, rate=RATE):
    return (level * np.sin(2 * np.pi * hertz * np.arange(round(seconds * rate)) / rate)).astype(np.int16)
