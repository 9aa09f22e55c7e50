"""How far a download has come: a bar on a terminal, a line now and then elsewhere."""

import logging
import sys
import time
from collections.abc import Callable
from typing import TextIO

LINE_EVERY = 10.0  # seconds, and a tenth of the file
LINE_AT_LEAST_EVERY = 60.0
_BAR_EVERY = 0.2
_WIDTH = 24
log = logging.getLogger("secretome")


class Progress:
    """Shows the bytes that have come of one file.

    Args:
        name: what is shown of the file.
        stream: where to; a bar is drawn if it is a terminal.
        clock: seconds, for tests.
    """

    def __init__(self, name: str, stream: TextIO | None = None, clock: Callable[[], float] = time.monotonic):
        self._name, self._stream, self._clock = name, stream or sys.stderr, clock
        self._is_terminal = self._stream.isatty()
        self._begun = self._last = clock()
        self._bytes_at_last = 0
        self._drawn = False

    def show(self, done: int, total: int | None) -> None:
        """``done`` bytes have come, of ``total`` where that is known."""
        passed = self._clock() - self._last
        if self._is_terminal:
            if passed >= _BAR_EVERY:
                self._draw(done, total)
            return
        enough = done - self._bytes_at_last >= (total or 10 * done) / 10
        if passed >= LINE_AT_LEAST_EVERY or (passed >= LINE_EVERY and enough):
            self._last, self._bytes_at_last = self._clock(), done
            line = f"{self._name}: {_amount(done, total)}"
            log.info("%s", line)
            print(line, file=self._stream, flush=True)

    def _draw(self, done: int, total: int | None) -> None:
        self._last, self._drawn = self._clock(), True
        full = int(_WIDTH * min(done / total, 1)) if total else 0
        bar = f"[{'=' * full}{' ' * (_WIDTH - full)}] " if total else ""
        print(f"\r\x1b[K{self._name} {bar}{_amount(done, total)}", end="", file=self._stream, flush=True)

    def end(self) -> None:
        """Leave the terminal as it was."""
        if self._drawn:
            print("\r\x1b[K", end="", file=self._stream, flush=True)
            self._drawn = False


def _amount(done: int, total: int | None) -> str:
    if total:
        return f"{done / 1e6:,.1f} of {total / 1e6:,.1f} MB ({100 * done // total} %)"
    return f"{done / 1e6:,.1f} MB"
