"""The learning-rate laboratory: one widget over four problems and every rate, redrawn as soon as a control moves."""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping
from contextlib import redirect_stdout

import ipywidgets as widgets
import numpy as np
from traitlets import Int

from nnlib.experiments.of_laboratory import examine
from nnlib.laboratory import problems
from nnlib.show.cells import Shown, button
from nnlib.show.laboratory_state import FIRST, PRESETS, RATES, WAITING, Laboratory, nearest
from nnlib.show.style import plain
from nnlib.show.trial_picture import said

__all__ = ["PRESETS", "Laboratory", "laboratory", "nearest"]
WIDE = {"description_width": "initial"}
ORDINARY = {"by": "mean", "rule": "plain", "beta": 0.9, "scale": 1.0, "seed": 0}  # what a preset does not name


class Slider(widgets.SelectionSlider):
    """A slider that tells the kernel its place and asks for no echo, which would take time from the next picture."""

    index = Int(None, allow_none=True).tag(sync=True, echo_update=False)


def laboratory(width: int = 900, rules: Mapping[str, Callable] | None = None) -> Shown:
    """The laboratory: problem, rate, batch, rule and all that a run depends on, presets, hold, sweep; `width` in pixels.

    rules: your own rules by name, each rule(g, memory) -> (m, memory), offered beside the six of nnlib.
    """
    bench = Laboratory(width / 100, 3.2 * max(1.0, width / 1000), rules)
    return Controls(bench, width).shown()


class Controls:
    """The controls of the laboratory, and what each of them does; `settings` are named as in `experiment`."""

    def __init__(self, bench: Laboratory, width: int):
        self.bench, self.width, self.acting, self.prepared = bench, width, False, None
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
            "rule": field("Dropdown", "rule", "13em", options=list(bench.rules)),
            "beta": field("BoundedFloat", "β", "8em", value=0.9, min=0, max=0.999),
            "epochs": field("BoundedInt", "epochs", "10em", value=1, min=1, max=5000),
            "width": field("BoundedInt", "hidden", "9em", value=1, min=1, max=300),
            "scale": field("BoundedFloat", "start ×", "9em", value=1.0, min=0.01, max=100),
            "seed": field("BoundedInt", "seed", "8em", value=0, min=0, max=999),
        }
        self.stepwise = widgets.ToggleButton(description="step by step", layout={"width": "auto"})
        self.hold = button("hold this run", self.act, self.held)
        self.why = button("why does it not learn?", self.examined)

    def shown(self) -> Shown:
        """All of it in rows, drawn for the first time."""
        self.act(self.fit)
        moved = dict.fromkeys((*self.settings.values(), self.stepwise))
        moved |= {self.problem: self.fit, self.slider: self.slid, self.typed: self.was_typed}
        for control, action in moved.items():
            control.observe(lambda change, action=action: self.act(action), "value")
        presets = [button(name, self.act, lambda name=name: self.choose(name)) for name in PRESETS]
        row = lambda *parts: widgets.HBox(parts, layout={"flex_flow": "row wrap"})
        sweep = button("sweep all rates", self.act, self.swept)
        tools = row(self.typed, self.hold, sweep, self.stepwise, self.why)
        settings = row(*self.settings.values())
        box = Shown(
            [row(*presets), self.problem, settings, self.slider, tools, self.style, self.screen],
            f"The learning-rate laboratory. {self.bench.words}",
            self.style.value + self.screen.value,
            needs_kernel=True,
        )
        box.layout.max_width = f"{self.width}px"
        return box

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
        known, width = problems()[self.problem.value], self.settings["width"].value
        self.bench.settings.update(
            {name: control.value for name, control in self.settings.items()},
            problem=self.problem.value,
            width=None if known.width in (None, width) else width,
            stepwise=self.stepwise.value,
        )
        if self.bench.view() != self.prepared:
            # its plane and its limit may take a second: until then the old picture is faint
            self.screen.add_class(WAITING)
            self.prepared = self.bench.view()
        # an exception of a widget goes to a log, out of sight, and the old picture would stay under the new controls
        try:
            page = self.bench.page()
            self.style.value, self.screen.value = self.bench.backdrop(), page
        except Exception as error:
            self.screen.value = said(f"This setting could not be tried: {type(error).__name__}: {error}")
        self.screen.remove_class(WAITING)

    def slid(self) -> None:
        """The slider has a new place: its rate is the rate."""
        self.bench.settings["rate"] = self.slider.value
        self.typed.value = float(plain(self.slider.value))

    def was_typed(self) -> None:
        """A rate was typed: it is taken as it is, and the slider moves to the nearest place."""
        self.bench.settings["rate"] = self.typed.value
        if np.isfinite(self.typed.value) and self.typed.value > 0:
            self.slider.index = nearest(self.typed.value)

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

    def held(self) -> None:
        """Hold the run that is shown, or let go of the one that is held."""
        self.bench.hold()
        self.hold.description = "let go of it" if self.bench.held else "hold this run"

    def swept(self) -> None:
        """Try all rates at these settings."""
        self.screen.add_class(WAITING)
        self.bench.sweep()

    def examined(self) -> None:
        """Rerun the run that is shown with one thing changed at a time, and show beneath it what cures it."""
        settings = self.bench.settings
        self.screen.add_class(WAITING)
        try:
            with redirect_stdout(io.StringIO()):  # a line of progress has no place here
                page = examine(settings["problem"], settings["rate"], **self.bench.asked())._repr_html_()
        except ValueError as error:
            page = said(f"This setting has no check-up. {error}")
        self.screen.value += page
        self.screen.remove_class(WAITING)


def field(kind: str, words: str, width: str, **more):
    """A control with its name before it: "Dropdown", or the kind of a text field."""
    made = widgets.Dropdown if kind == "Dropdown" else getattr(widgets, f"{kind}Text")
    return made(description=words, style=WIDE, layout={"width": width}, **more)
