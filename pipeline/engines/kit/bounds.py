"""Numbers of a caller, kept where an engine can follow."""

from __future__ import annotations

import math


def between(low: float, value: float, high: float) -> float:
    """The value, or the bound it passes; what is not a number counts as the lower one."""
    return low if math.isnan(value) else min(max(value, low), high)
