"""The learning-rate laboratory: one widget over four problems and every rate, redrawn as soon as a control moves."""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping
from contextlib import redirect_stdout

import ipywidgets as widgets
import numpy as np
from traitlets import Int

from nnlib.experiments.of_laboratory import examine
from nnlib.laboratory import RULES, experiment, fates_by_rate, problems
from nnlib.show.cells import Shown, button, said
from nnlib.show.style import plain
from nnlib.show.trial_picture import BENCH, STILL, View, backdrop, frame, strip

RATES = 10.0 ** (np.arange(-60, 61) / 20)  # 0.001 to 1000, twenty to a decade
SWEPT = RATES[::4]  # the rates of a sweep, five to a decade
FIRST = float(RATES[76])  # 6.31, the rate to begin with, at which XOR is learned
WAITING = f"{BENCH}-waiting"  # the class of a picture that is out of date, while a new problem is prepared
WIDE = {"description_width": "initial"}
ORDINARY = {"by": "mean", "rule": "plain", "beta": 0.9, "scale": 1.0, "seed": 0}  # what a preset does not name

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


class Slider(widgets.SelectionSlider):
    """A slider that tells the kernel its place and asks for no echo, which would take time from the next picture."""

    index = Int(None, allow_none=True).tag(sync=True, echo_update=False)


def laboratory(width: int = 900, rules: Mapping[str, Callable] | None = None) -> Shown:
    """The laboratory: problem, rate, batch, rule and all that a run depends on, presets, hold, sweep; `width` in pixels.

    rules: your own rules by name, each rule(g, memory) -> (m, memory), offered beside the six of nnlib.
    """
    return Laboratory(width, rules).shown()


class Laboratory:
    """The controls of the laboratory, and what each of them does; `settings` are named as in `experiment`.

    `last` is the trial of the last picture with its view, `held` the one to be compared with, `swept` what was asked for
    in the last sweep, and its rates and fates.
    """

    def __init__(self, width: int = 900, rules: Mapping[str, Callable] | None = None):
        self.width, self.rules = width, {**{name: name for name in RULES}, **(rules or {})}
        self.rate, self.acting, self.prepared, self.sheets = FIRST, False, None, []
        self.last = self.held = self.swept = None
        self.screen, self.style = widgets.HTML(), widgets.HTML()
        self.problem = widgets.ToggleButtons(
            options=list(problems()), description="problem", style={"button_width": "auto"} | WIDE,
            layout={"display": "flex", "align_items": "baseline", "grid_gap": "6px"},
        )  # fmt: skip
        self.slider = Slider(
            options=[(plain(r), float(r)) for r in RATES], index=nearest(FIRST), description="rate",
            style={"description_width": "30px"}, layout={"width": "100%"},
        )  # fmt: skip
        self.typed = field("Float", "or type a rate", "14em", value=float(plain(FIRST)))
        self.settings = {
            "batch_size": field("Dropdown", "batch", "14em"),
            "by": field("Dropdown", "step by", "11em", options=["mean", "sum"]),
            "rule": field("Dropdown", "rule", "13em", options=list(self.rules)),
            "beta": field("BoundedFloat", "β", "8em", value=0.9, min=0, max=0.999),
            "epochs": field("BoundedInt", "epochs", "10em", value=1, min=1, max=5000),
            "width": field("BoundedInt", "hidden", "9em", value=1, min=1, max=300),
            "scale": field("BoundedFloat", "start ×", "9em", value=1.0, min=0.01, max=100),
            "seed": field("BoundedInt", "seed", "8em", value=0, min=0, max=999),
        }
        self.stepwise = widgets.ToggleButton(description="step by step", layout={"width": "auto"})
        self.hold = button("hold this run", self.act, self.held_or_not)
        self.why = button("why does it not learn?", self.examined)
        self.fit()
        moved = dict.fromkeys((*self.settings.values(), self.stepwise))
        moved |= {self.problem: self.fit, self.slider: self.slid, self.typed: self.was_typed}
        for control, action in moved.items():
            control.observe(lambda change, action=action: self.act(action), "value")

    def shown(self) -> Shown:
        """All of it in rows, drawn for the first time."""
        self.draw()
        presets = [button(name, self.act, lambda name=name: self.choose(name)) for name in PRESETS]
        row = lambda *parts: widgets.HBox(parts, layout={"flex_flow": "row wrap"})
        tools = row(self.typed, self.hold, button("sweep all rates", self.act, self.sweep), self.stepwise, self.why)
        box = Shown(
            [row(*presets), self.problem, row(*self.settings.values()), self.slider, tools, self.style, self.screen],
            f"The learning-rate laboratory. {self.last[1].words}",
            self.style.value + self.screen.value,
            needs_kernel=True,
        )
        box.layout.max_width = f"{self.width}px"
        return box

    # ------------------------------------------------------------ from the controls to the picture

    def act(self, action: Callable | None = None) -> None:
        """Do what a control asks for, and draw once, however many other controls it moves."""
        if self.acting:
            return
        self.acting = True
        try:
            if action:
                action()
        finally:
            self.acting = False
            self.draw()

    def draw(self) -> None:
        """Read the controls, train, and show what came of it."""
        if self.view() != self.prepared:
            # its plane and its limit may take a second: until then the old picture is faint
            self.screen.add_class(WAITING)
            self.prepared = self.view()
        # an exception of a widget goes to a log, out of sight, and the old picture would stay under the new controls
        try:
            page = self.page()
            self.style.value, self.screen.value = self.backdrop(), page
        except Exception as error:
            self.screen.value = said(f"This setting could not be tried: {type(error).__name__}: {error}", STILL)
        self.screen.remove_class(WAITING)

    def asked(self) -> dict:
        """The settings as `experiment` takes them."""
        given = {name: control.value for name, control in self.settings.items()}
        own = problems()[self.problem.value].width or 1
        return given | {"rule": self.rules[given["rule"]], "width": None if given["width"] == own else given["width"]}

    def view(self) -> View:
        """What the still background of the settings depends on."""
        s, high = self.asked(), 3.2 * max(1.0, self.width / 1000)
        return View(self.problem.value, s["seed"], s["width"], s["scale"], s["epochs"], self.width / 100, high)

    def page(self) -> str:
        """Train with the settings as they are, and draw what came of it."""
        name, asked, view = self.problem.value, self.asked(), self.view()
        trial = experiment(name, self.rate, **asked)
        self.last = view, trial
        fates = self.swept[1] if self.swept and self.swept[0] == (name, asked) else None
        rates = strip(self.rate, trial.limit, trial.limit_name, view.width, fates)
        return rates + frame(view, trial, self.held, self.stepwise.value)

    def backdrop(self) -> str:
        """The style sheets for the view as it is, and for the one before: its picture still stands."""
        sheet = backdrop(self.view())
        self.sheets = [other for other in self.sheets if other != sheet][-1:] + [sheet]
        return "".join([f"<style>.{WAITING}{{opacity:0.3}}</style>", *self.sheets])

    # ------------------------------------------------------------ what each control does

    def slid(self) -> None:
        """The slider has a new place: its rate is the rate."""
        self.rate = self.slider.value
        self.typed.value = float(plain(self.slider.value))

    def was_typed(self) -> None:
        """A rate was typed: it is taken as it is, and the slider moves to the nearest place."""
        self.rate = self.typed.value
        if np.isfinite(self.rate) and self.rate > 0:
            self.slider.index = nearest(self.rate)

    def fit(self) -> None:
        """Offer the batch sizes of the problem, and begin with its own number of epochs and neurons."""
        known, batch = problems()[self.problem.value], self.settings["batch_size"]
        batch.options = [(f"{n} samples" if n > 1 else "1 sample", n) for n in known.batch_sizes]
        batch.value = known.batch_sizes[0]
        self.settings["epochs"].value = known.epochs
        self.settings["width"].disabled, self.settings["width"].value = known.width is None, known.width or 1

    def choose(self, name: str) -> None:
        """Set every control as a preset says."""
        wanted = ORDINARY | PRESETS[name]
        self.problem.value = wanted.pop("problem")
        self.fit()
        self.slider.index = nearest(wanted.pop("rate"))
        self.slid()
        for setting, value in wanted.items():
            self.settings[setting].value = value

    def held_or_not(self) -> None:
        """Hold the run that is shown, in grey behind those that follow, or let go of the one that is held."""
        self.held = None if self.held else self.last
        self.hold.description = "let go of it" if self.held else "hold this run"

    def sweep(self) -> None:
        """The fates at the rates of SWEPT for the settings as they are; they are shown until a setting changes."""
        self.screen.add_class(WAITING)
        name, asked = self.problem.value, self.asked()
        self.swept = (name, asked), (SWEPT, fates_by_rate(name, SWEPT, **asked))

    def examined(self) -> None:
        """Rerun the run that is shown with one thing changed at a time, and show beneath it what cures it."""
        self.screen.add_class(WAITING)
        try:
            with redirect_stdout(io.StringIO()):  # a line of progress has no place here
                page = examine(self.problem.value, self.rate, **self.asked())._repr_html_()
        except ValueError as error:
            page = said(f"This setting has no check-up. {error}", STILL)
        self.screen.value += page
        self.screen.remove_class(WAITING)


def field(kind: str, words: str, width: str, **more):
    """A control with its name before it: "Dropdown", or the kind of a text field."""
    made = widgets.Dropdown if kind == "Dropdown" else getattr(widgets, f"{kind}Text")
    return made(description=words, style=WIDE, layout={"width": width}, **more)
