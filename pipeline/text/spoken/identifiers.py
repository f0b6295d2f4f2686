"""Names made for machines, hashes and UUIDs: no ear follows them to their end."""

from __future__ import annotations

import re

IDENTIFIER = re.compile(
    r"(?<![\w-])(?=[\d-]*[a-f])(?=[a-f-]*\d)(?:[\da-f]{32,128}|[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12})(?![\w-])",
    re.IGNORECASE | re.ASCII,
)
HINT = re.compile("[0-9][a-fA-F]")
"""A cheap sign that there may be one."""
HEARD = 6
"""Characters by which people tell one from another."""
