"""What the first caller would wait for, before he comes: libraries are loaded, and a word is spoken to nobody."""

from __future__ import annotations

import logging
from contextlib import aclosing

import anyio
import anyio.to_thread

from api.runs import Runs
from pipeline.errors import AloudError
from pipeline.order import Order
from pipeline.types import Voice
from pipeline.utterance import utter

logger = logging.getLogger("aloud.voice")

_PAUSE = 5.0
"""Seconds between tries."""


async def warm_up(runs: Runs) -> None:
    """Until the voice has spoken; meanwhile `runs.cold` says why it has not."""
    while runs.cold:
        try:
            await runs.workshop.load(Order())
            engine = await anyio.to_thread.run_sync(runs.workshop.engine)
            async with aclosing(utter(engine, "One.", Voice(engine=engine.name))) as sound:
                async for _ in sound:
                    pass
            runs.cold = ""
            return
        except AloudError as error:
            runs.cold = error.message
            logger.warning("no voice: %s", error.message)
        except Exception as error:  # the border to other people's engines
            runs.cold = f"The voice broke: {type(error).__name__}. The log has the details."
            logger.exception("no voice")
        await anyio.sleep(_PAUSE)
