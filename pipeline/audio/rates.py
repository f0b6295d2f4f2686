"""From one sample rate to another."""

from __future__ import annotations

from typing import Any

import numpy as np

from pipeline.audio.seams import NONE, Samples


class Resampler:
    """Sound as it comes; how it falls into pieces never changes the result. Rates that are the same cost nothing."""

    def __init__(self, sample_rate: int, wanted: int) -> None:
        self._stream: Any = None
        if sample_rate != wanted:
            import soxr

            # In floats: soxr dithers what it rounds to integers, differently each time.
            self._stream = soxr.ResampleStream(sample_rate, wanted, 1, dtype="float32")

    def feed(self, samples: Samples) -> Samples:
        return samples if self._stream is None else self._convert(samples, last=False)

    def finish(self, samples: Samples = NONE) -> Samples:
        """The last ones, and what was held back; afterwards nothing more can be fed."""
        return samples if self._stream is None else self._convert(samples, last=True)

    def _convert(self, samples: Samples, *, last: bool) -> Samples:
        found = self._stream.resample_chunk(samples.astype(np.float32), last=last)
        return np.asarray(np.rint(np.clip(found, -32768, 32767)), np.int16)
