"""A microscope for the edge: a window and the way back, computed coarse and then fine in a thread that can be stopped."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import replace

import numpy as np

from nnlib.edge import GALLERY, UNTOUCHED, EdgeMap, Window, edge_map

PARTS = 4  # in a row of a window
COARSE = 48  # networks along each side of the first view


def part(window: Window, row: int, column: int) -> Window:
    """One of the 4 x 4 parts of a window; row 0 is on top, where the output layer's rate is largest."""
    width = window.width / PARTS
    middle = (PARTS - 1) / 2
    return Window(window.hidden + (column - middle) * width, window.output + (middle - row) * width, width)


def filled(fine: EdgeMap, coarse: EdgeMap) -> EdgeMap:
    """The fine map, with what an interrupt left undone seen as the coarse one saw it."""
    places = np.arange(len(fine.fate)) * len(coarse.fate) // len(fine.fate)
    undone, same = fine.fate == UNTOUCHED, np.ix_(places, places)
    fate, speed = (np.where(undone, getattr(coarse, key)[same], getattr(fine, key)) for key in ("fate", "speed"))
    return replace(fine, fate=fate, speed=speed)


class Microscope:
    """The state behind the widget: a window, the way back, and one computation at a time, in a thread of its own.

    A new window stops the old computation, so the latest request is the one that is shown. `finished` waits for it.
    show(result, complete) is called with each map, tell(done, total) on the way, and fault(exception) where the thread
    failed: the terminal, where threads leave their exceptions, is not in the learner's sight.
    """

    def __init__(self, show: Callable, tell: Callable, fault: Callable, compute: Callable = edge_map):
        self.show, self.tell, self.fault, self.compute = show, tell, fault, compute
        self.window, self.before = GALLERY[0], []
        self.lock, self.turn, self.thread = threading.Lock(), 0, None

    def go(self, window: Window, pixels: int, remember: bool = True) -> None:
        """Compute a window: coarse at once, then in full. Raises ValueError for one that floats cannot resolve."""
        if not window.told_apart(pixels):
            raise ValueError(
                f"width: expected a window in which {pixels} rates differ, got {window.width:g} powers of ten: "
                "neighbouring rates would be the same number"
            )
        if remember and window != self.window:
            self.before.append(self.window)
        self.window = window
        self.stop()
        self.thread = threading.Thread(target=self._run, args=(window, pixels, self.turn), daemon=True)
        self.thread.start()

    def back(self, pixels: int) -> None:
        """The window before this one, or the overview where there is none."""
        self.go(self.before.pop() if self.before else GALLERY[0], pixels, remember=False)

    def stop(self) -> None:
        """End the computation that runs; what is done stays on the screen."""
        self.turn += 1

    def finished(self, seconds: float = 60) -> bool:
        """Wait for the computation; True once it has ended."""
        if self.thread:
            self.thread.join(seconds)
        return not (self.thread and self.thread.is_alive())

    def _run(self, window, pixels, turn):
        """A coarse map, then the fine one, each shown unless a newer window is wanted by then."""

        def progress(done, total):
            if turn != self.turn:
                raise KeyboardInterrupt  # edge_map ends here and returns the part that is done
            self.tell(done, total)

        coarse = None
        try:
            with self.lock:
                for size in sorted({min(COARSE, pixels), pixels}):
                    if turn != self.turn:
                        return
                    result = self.compute(window, size, processes=1, progress=progress)
                    result, coarse = filled(result, coarse) if coarse else result, result
                    if self.window == window and (turn == self.turn or size == pixels):
                        self.show(result, size == pixels)
        except Exception as error:
            if turn == self.turn:
                self.fault(error)
