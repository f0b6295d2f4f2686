"""How a voice has been lately: how soon it begins, how long it works on a second of sound, how fast it speaks."""

from __future__ import annotations

FORGET = 0.85
"""Weight that a measurement keeps with each later one."""
START_UP, FACTOR = 0.2, 0.3
"""A voice nobody has heard yet: seconds before it begins, seconds of work for a second of sound."""
SPEED = 15.0
"""Characters in a second of speech, before anything is known."""
DOUBT = 0.1
"""Seconds by which a first guess may be wrong."""
LIVE = 0.2
"""Seconds after the first sound: a clip that was whole by then does not tell whether it was heard as it was spoken."""
UNSURE = 0.3
"""Part of the time that the first passage took, by which the guess for the second may be wrong."""


class Habit:
    """Learned from one passage after another, in one run or in all that speak with this voice; state is bounded."""

    def __init__(self) -> None:
        self.start_up, self.factor = START_UP, FACTOR
        """Seconds before it begins; seconds of work for a second of sound."""
        self.onset: float | None = None
        """Seconds before its first sound is heard, where that is while the rest is still being made."""
        self.speed = SPEED
        """Characters that it says in a second."""
        self.doubt = DOUBT
        """Seconds by which `wait` has lately been wrong."""
        self._count = self._s = self._t = self._ss = self._st = 0.0  # decaying sums over (sound, time) pairs
        self._letters = self._seconds = 0.0

    @property
    def known(self) -> bool:
        """It has been heard."""
        return self._count > 0.0

    def expect(self, characters: int) -> float:
        """Seconds of work for so many characters."""
        return self.start_up + self.factor * self.sound(characters)

    def wait(self, characters: int) -> float:
        """Seconds of work until so many characters can be heard without a break."""
        return self._wait(self.onset, self.expect(characters), self.sound(characters))

    @staticmethod
    def _wait(onset: float | None, work: float, sound: float) -> float:
        return work if onset is None else max(onset, work - sound)

    def sound(self, characters: int) -> float:
        """Seconds for which so many characters will sound."""
        return characters / self.speed

    def learn(self, characters: int, seconds: float, taken: float, onset: float | None = None) -> None:
        """So many characters became so many seconds of sound, in the time taken, heard after `onset` if not at its end.
        Draws a line through the latest pairs (sound, work), held to the first guess by a light spring."""
        if seconds <= 0.0 or characters <= 0:
            return
        self._letters = FORGET * self._letters + characters
        self._seconds = FORGET * self._seconds + seconds
        self.speed = (self._letters + 2.0 * SPEED) / (self._seconds + 2.0)

        if onset is None and self.onset is not None and taken <= self.onset + LIVE:
            onset = min(self.onset, taken)
        guess = self._wait(self.onset, self.start_up + self.factor * seconds, seconds)
        wrong = abs(self._wait(onset, taken, seconds) - guess)
        if self.known:
            self.doubt += 0.3 * (min(wrong, 2.0) - self.doubt)
        else:
            self.doubt = max(DOUBT, UNSURE * self._wait(onset, taken, seconds))
        self.onset = onset if onset is None or self.onset is None else self.onset + 0.3 * (onset - self.onset)
        self._count, self._s, self._t = FORGET * self._count + 1, FORGET * self._s + seconds, FORGET * self._t + taken
        self._ss, self._st = FORGET * self._ss + seconds * seconds, FORGET * self._st + seconds * taken

        stiff, stiffer = 0.05, 0.3
        count, t = self._count + stiff, self._t + stiff * START_UP
        ss, st = self._ss + stiffer, self._st + stiffer * FACTOR
        det = count * ss - self._s * self._s
        start_up, factor = (t * ss - self._s * st) / det, (count * st - self._s * t) / det
        if start_up < 0.0:
            start_up, factor = 0.0, st / ss
        elif factor < 0.0:
            start_up, factor = t / count, 0.0
        self.start_up, self.factor = start_up, factor
