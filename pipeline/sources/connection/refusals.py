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


def remember(place: Place, model: str, options: Iterable[str] = (), *, no_more: Iterable[str] = ()) -> None:
    """It has answered without these, as long as this process lives; what is true `no_more` is forgotten."""
    known = _known.pop((place.url, model), frozenset())
    _known[place.url, model] = known.union(options).difference(no_more)
    if len(_known) > _MOST:
        _known.popitem(last=False)
