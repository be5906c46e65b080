"""Keeps out of the lessons what matplotlib logs about its own folders and fonts, which concerns the machine only."""

from __future__ import annotations

import logging

# Its first import in a home that cannot be written to, or on a new machine, warns on stderr, in the middle of a lesson.
NOTES = (
    "mkdir -p failed for path",
    "is not a writable directory",
    "Matplotlib created a temporary",
    "Matplotlib is building the font cache",
)


def about_the_machine(record: logging.LogRecord) -> bool:
    """False for one of these notes, so that a logger drops it; True for everything else."""
    return not any(note in record.getMessage() for note in NOTES)


def quiet() -> None:
    """Drop these notes, and nothing else that matplotlib says; call it before matplotlib is imported."""
    for name in ("matplotlib", "matplotlib.font_manager"):
        logger = logging.getLogger(name)
        if about_the_machine not in logger.filters:
            logger.addFilter(about_the_machine)
