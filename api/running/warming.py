"""The voice is warmed up before the first caller comes."""

from __future__ import annotations

import logging

import anyio

from api.running.runs import Runs
from pipeline.assembly.order import Order
from pipeline.errors import AloudError

logger = logging.getLogger("aloud.voice")

_PAUSE = 5.0
"""Seconds between tries."""


async def warm_up(runs: Runs) -> None:
    """Until the voice has spoken; meanwhile `runs.cold` says why it has not."""
    while runs.cold:
        try:
            await runs.workshop.warm(Order())
            runs.cold = ""
            return
        except AloudError as error:
            runs.cold = error.message
            logger.warning("no voice: %s", error.message)
        except Exception as error:  # the border to other people's engines
            runs.cold = f"The voice broke: {type(error).__name__}. The log has the details."
            logger.exception("no voice")
        await anyio.sleep(_PAUSE)
