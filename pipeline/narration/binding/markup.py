"""Text and attributes as they stand in XML."""

from __future__ import annotations

import re
from collections.abc import Mapping
from html import escape

ID = re.compile(r"[A-Za-z_][\w.-]*")
_UNFIT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff\ud800-\udfff]")
"""What XML cannot hold."""


def written(attributes: Mapping[str, str]) -> str:
    """As they stand in a tag."""
    return "".join(f' {name}="{escape(_UNFIT.sub("", value))}"' for name, value in attributes.items())


def xml(text: str) -> str:
    return escape(_UNFIT.sub("", text), quote=False)
