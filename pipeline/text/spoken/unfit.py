"""Characters that no voice should be given."""

from __future__ import annotations

import re

UNSOUND = (
    "\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ue000-\uf8ff\ufdd0-\ufdef\ufff9-\uffff\U000f0000-\U0010ffff"
)
"""As ranges: controls, half characters, private ones."""
UNSEEN = (
    "\u00ad\u034f\u061c\u115f\u1160\u180e\u200b-\u200f"
    "\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff\U000e0000-\U000e0fff"
)
"""As ranges: what is there for typesetting only. The joiners 200C and 200D matter in some scripts."""
UNFIT = re.compile(f"[{UNSOUND}{UNSEEN}]+")
