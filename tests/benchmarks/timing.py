"""Timing on a busy machine: processor time, not the clock; rivals take turns, and ratios are taken round by round."""

from __future__ import annotations

import time

import numpy as np


def take_turns(rivals, rounds=101, at_least=0.002):
    """Processor seconds per call for each rival, one number a round: {name: array of length `rounds`}.

    In each round every rival runs for about `at_least` seconds, one after the other, on one thread.
    """
    repeats = {}
    for name, run in rivals.items():
        run()
        start = time.process_time()
        run()
        repeats[name] = max(1, int(at_least / (time.process_time() - start)))
    times = {name: [] for name in rivals}
    for _ in range(rounds):
        for name, run in rivals.items():
            start = time.process_time()
            for _ in range(repeats[name]):
                run()
            times[name].append((time.process_time() - start) / repeats[name])
    return {name: np.array(values) for name, values in times.items()}


def print_ratios(times, base):
    """One line a rival: its median time, and how many times the base it takes, with the quartiles over the rounds."""
    width = max(map(len, times))
    for name, values in times.items():
        low, middle, high = np.percentile(values / times[base], [25, 50, 75])
        print(f"  {name:{width}}  {np.median(values) * 1e6:9.1f} us   {middle:6.2f} times ({low:.2f} to {high:.2f})")
