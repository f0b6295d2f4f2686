"""Running a neural model so that it can be stopped in the middle."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any


class Stop:
    """Called, it ends the runs that have its options, now or as soon as they begin."""

    def __init__(self) -> None:
        from onnxruntime import RunOptions

        self.options = RunOptions()

    def __call__(self) -> None:
        self.options.terminate = True


class Session:
    """An onnxruntime session, shared by many threads, each of whose runs can be broken off by itself."""

    def __init__(self, session: Any) -> None:
        self._session = session
        self._own = threading.local()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._session, name)

    def run(self, names: Any, inputs: Any) -> Any:
        return self._session.run(names, inputs, getattr(self._own, "options", None))

    @contextmanager
    def stopped_by(self, stop: Stop) -> Iterator[None]:
        """Runs of this thread end, with an error, once `stop` is called."""
        self._own.options = stop.options
        try:
            yield
        finally:
            self._own.options = None
