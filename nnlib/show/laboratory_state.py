"""The state of the laboratory apart from any widget: settings in, one HTML page out; presets, a run to hold, a sweep."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np

from nnlib.laboratory import RULES, experiment, fates_by_rate, problems
from nnlib.show.trial_picture import BENCH, View, backdrop, frame, strip

RATES = 10.0 ** (np.arange(-60, 61) / 20)  # 0.001 to 1000, twenty to a decade
SWEPT = RATES[::4]  # the rates of a sweep, five to a decade
WAITING = f"{BENCH}-waiting"  # the class of a picture that is out of date, while a new problem is prepared
FIRST = float(RATES[76])  # 6.31, the rate to begin with, at which XOR is learned

# the six claims of lesson 10, and two more, each as a setting of the controls; what is not named is as at first
PRESETS: Mapping[str, dict] = {
    "R1: it learns": dict(problem="XOR", rate=FIRST),
    "R2: by the sum": dict(problem="bowl", rate=0.05, by="sum"),
    "R3: above 1": dict(problem="XOR", rate=10.0),
    "R4: it explodes": dict(problem="bowl", rate=1.0),
    "R5: 0.001": dict(problem="digits", rate=0.001),
    "R5: Adam at 0.001": dict(problem="digits", rate=0.001, rule="adam", epochs=40),
    "R6: a catapult": dict(problem="u v", rate=0.35),
    "a catapult in XOR": dict(problem="XOR", rate=20.0),
}


def nearest(learning_rate: float) -> int:
    """The place on the slider nearest to a rate."""
    return int(np.abs(np.log(RATES / max(learning_rate, 1e-300))).argmin())


class Laboratory:
    """The state of the bench, apart from any widget: `settings` in, one HTML page out, and its sentence in `words`.

    hold() keeps the trial of the last page, to be compared with; sweep() tries the rates of SWEPT at the settings.
    """

    def __init__(self, width: float = 9.0, height: float = 3.2, rules: Mapping[str, Callable] | None = None):
        self.width, self.height, self.words, self.sheets = width, height, "", []
        self.rules: dict = {**{name: name for name in RULES}, **(rules or {})}
        self.settings = dict(
            problem="XOR", rate=FIRST, batch_size=None, by="mean", rule="plain", beta=0.9, epochs=None, width=None,
            scale=1.0, seed=0, stepwise=False,
        )  # fmt: skip
        self.last = self.held = self.swept = None

    def view(self) -> View:
        """What the still background of the settings depends on."""
        s = self.settings
        epochs = s["epochs"] or problems()[s["problem"]].epochs
        return View(s["problem"], s["seed"], s["width"], s["scale"], epochs, self.width, self.height)

    def asked(self) -> dict:
        """The settings as `experiment` takes them."""
        others = {name: value for name, value in self.settings.items() if name not in ("problem", "rate", "stepwise")}
        return others | {"rule": self.rules[others["rule"]]}

    def backdrop(self) -> str:
        """The style sheets for the view as it is, and for the one before: its picture still stands."""
        sheet = backdrop(self.view())
        faded = f"<style>.{WAITING}{{opacity:0.3}}</style>"
        self.sheets = [other for other in self.sheets if other != sheet][-1:] + [sheet]
        return "".join([faded, *self.sheets])

    def page(self) -> str:
        """Train with the settings as they are, and draw what came of it."""
        s, view = self.settings, self.view()
        trial = experiment(s["problem"], s["rate"], **self.asked())
        self.last, self.words = (view, trial), trial.words
        fates = self.swept[1] if self.swept and self.swept[0] == (s["problem"], self.asked()) else None
        rates = strip(s["rate"], trial.limit, trial.limit_name, self.width, fates)
        return rates + frame(view, trial, self.held, s["stepwise"])

    def hold(self) -> None:
        """Keep the last trial, in grey behind those that follow; a second time lets go of it."""
        self.held = None if self.held else self.last

    def sweep(self) -> None:
        """The fates at the rates of SWEPT, for the settings as they are; they are shown until a setting changes."""
        asked = self.asked()
        self.swept = (self.settings["problem"], asked), (SWEPT, fates_by_rate(self.settings["problem"], SWEPT, **asked))
