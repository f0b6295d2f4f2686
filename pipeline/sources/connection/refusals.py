"""What servers have refused, or leave out, so that only the first answer pays for finding it out."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable

from pipeline.sources.connection.connections import Place

_MOST = 256
"""Models remembered; the one that was learnt of longest ago goes first."""

_known: OrderedDict[tuple[str, str], frozenset[str]] = OrderedDict()


def refused(place: Place, model: str) -> frozenset[str]:
    """Names of options that this model does not take there."""
    return _known.get((place.url, model), frozenset())


def remember(place: Place, model: str, options: Iterable[str]) -> None:
    """It has answered without these, as long as this process lives. In place of what was known before."""
    _known.pop((place.url, model), None)
    _known[place.url, model] = frozenset(options)
    if len(_known) > _MOST:
        _known.popitem(last=False)
