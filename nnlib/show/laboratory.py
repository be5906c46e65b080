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
from nnlib.show.film import Shown
from nnlib.show.laboratory_state import FIRST, PRESETS, RATES, WAITING, Laboratory, nearest
from nnlib.show.style import plain
from nnlib.show.trial_picture import said

__all__ = ["PRESETS", "Laboratory", "laboratory", "nearest"]
WIDE = {"description_width": "initial"}


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
    """The controls of the laboratory, and what each of them does."""

    def __init__(self, bench: Laboratory, width: int):
        self.bench, self.width, self.quiet, self.prepared = bench, width, False, None
        self.screen, self.style = widgets.HTML(), widgets.HTML()
        self.problem = widgets.ToggleButtons(
            options=list(problems()), description="problem", style={"button_width": "auto"} | WIDE,
            layout={"display": "flex", "align_items": "baseline", "grid_gap": "6px"},
        )  # fmt: skip
        self.slider = Slider(
            options=[(plain(r), float(r)) for r in RATES], index=nearest(FIRST), description="rate",
            style={"description_width": "30px"}, layout={"width": "100%"},
        )  # fmt: skip
        drop = lambda words, options, wide: widgets.Dropdown(
            options=options, description=words, style=WIDE, layout={"width": wide}
        )
        whole = lambda words, value, most, wide: widgets.BoundedIntText(
            value=value, min=1, max=most, description=words, style=WIDE, layout={"width": wide}
        )
        number = lambda words, value, low, high, wide: widgets.BoundedFloatText(
            value=value, min=low, max=high, description=words, style=WIDE, layout={"width": wide}
        )
        self.batch, self.by = drop("batch", [], "14em"), drop("step by", ["mean", "sum"], "11em")
        self.rule, self.beta = drop("rule", list(bench.rules), "13em"), number("β", 0.9, 0, 0.999, "8em")
        self.epochs, self.neurons = whole("epochs", 1, 5000, "10em"), whole("hidden", 1, 300, "9em")
        self.scale, self.seed = number("start ×", 1.0, 0.01, 100, "9em"), number("seed", 0, 0, 999, "8em")
        self.typed = widgets.FloatText(
            value=float(plain(FIRST)), description="or type a rate", style=WIDE, layout={"width": "14em"}
        )
        self.stepwise = widgets.ToggleButton(description="step by step", layout={"width": "auto"})
        self.hold, self.sweep, self.why = (
            widgets.Button(description=words, layout={"width": "auto"})
            for words in ("hold this run", "sweep all rates", "why does it not learn?")
        )

    def shown(self) -> Shown:
        """All of it in rows, drawn for the first time."""
        self.new_problem()
        self.problem.observe(self.new_problem, "value")
        self.slider.observe(self.slid, "value")
        self.typed.observe(self.was_typed, "value")
        for control in (
            self.batch, self.by, self.rule, self.beta, self.epochs, self.neurons, self.scale, self.seed, self.stepwise,
        ):  # fmt: skip
            control.observe(self.draw, "value")
        self.hold.on_click(self.held)
        self.sweep.on_click(self.swept)
        self.why.on_click(self.examined)
        presets = [widgets.Button(description=name, layout={"width": "auto"}) for name in PRESETS]
        for button in presets:
            button.on_click(lambda pressed: self.choose(pressed.description))
        row = lambda *parts: widgets.HBox(parts, layout={"flex_flow": "row wrap"})
        settings = row(self.batch, self.by, self.rule, self.beta, self.epochs, self.neurons, self.scale, self.seed)
        tools = row(self.typed, self.hold, self.sweep, self.stepwise, self.why)
        box = Shown(
            [row(*presets), self.problem, settings, self.slider, tools, self.style, self.screen],
            f"The learning-rate laboratory. {self.bench.words}",
            self.style.value + self.screen.value,
            needs_kernel=True,
        )
        box.layout.max_width = f"{self.width}px"
        return box

    def draw(self, change=None) -> None:
        """Read the controls, train, and show what came of it."""
        if self.quiet:
            return
        known = problems()[self.problem.value]
        neurons = None if known.width is None or self.neurons.value == known.width else self.neurons.value
        self.bench.settings.update(
            problem=self.problem.value, batch=self.batch.value, by=self.by.value, rule=self.rule.value,
            beta=self.beta.value, epochs=self.epochs.value, neurons=neurons, scale=self.scale.value,
            seed=int(self.seed.value), stepwise=self.stepwise.value,
        )  # fmt: skip
        view = self.bench.view()
        if view != self.prepared:
            # its plane and its limit may take a second: until then the old picture is faint
            self.screen.add_class(WAITING)
            self.prepared = view
        # an exception of a widget goes to a log, out of sight, and the old picture would stay under the new controls
        try:
            page = self.bench.page()
            self.style.value, self.screen.value = self.bench.backdrop(), page
        except Exception as error:
            self.screen.value = said(f"This setting could not be tried: {type(error).__name__}: {error}")
        self.screen.remove_class(WAITING)

    def slid(self, change=None) -> None:
        """The slider has a new place: its rate is the rate."""
        if not self.quiet:
            self.bench.settings["rate"] = self.slider.value
            self.put(self.typed, float(plain(self.slider.value)))
            self.draw()

    def was_typed(self, change=None) -> None:
        """A rate was typed: it is taken as it is, and the slider moves to the nearest place."""
        if not self.quiet:
            self.bench.settings["rate"] = self.typed.value
            if np.isfinite(self.typed.value) and self.typed.value > 0:
                self.put(self.slider, nearest(self.typed.value), "index")
            self.draw()

    def put(self, control, value, trait: str = "value") -> None:
        """Set a control without drawing."""
        held, self.quiet = self.quiet, True
        setattr(control, trait, value)
        self.quiet = held

    def new_problem(self, change=None) -> None:
        """Offer the batch sizes of the problem, and begin with its own number of epochs and neurons."""
        if self.quiet:
            return
        self.quiet = True
        self.fit_controls()
        self.quiet = False
        self.draw()

    def fit_controls(self) -> None:
        """The controls as the problem asks for them."""
        known = problems()[self.problem.value]
        self.batch.options = [(f"{n} samples" if n > 1 else "1 sample", n) for n in known.batch_sizes]
        self.batch.value = known.batch_sizes[0]
        self.epochs.value, self.neurons.disabled = known.epochs, known.width is None
        self.neurons.value = known.width or 1

    def choose(self, name: str) -> None:
        """Set every control as a preset says."""
        wanted = {"by": "mean", "rule": "plain", "beta": 0.9, "scale": 1.0, "seed": 0, **PRESETS[name]}
        self.quiet = True
        self.problem.value = wanted["problem"]
        self.fit_controls()
        for trait in ("by", "rule", "beta", "scale", "seed"):
            getattr(self, trait).value = wanted[trait]
        self.epochs.value = wanted.get("epochs", self.epochs.value)
        self.slider.index = nearest(wanted["rate"])
        self.bench.settings["rate"], self.typed.value = self.slider.value, float(plain(self.slider.value))
        self.quiet = False
        self.draw()

    def held(self, pressed=None) -> None:
        """Hold the run that is shown, or let go of the one that is held."""
        self.bench.hold()
        self.hold.description = "let go of it" if self.bench.held else "hold this run"
        self.draw()

    def swept(self, pressed=None) -> None:
        """Try all rates at these settings."""
        self.screen.add_class(WAITING)
        try:
            self.bench.sweep()
        finally:
            self.draw()

    def examined(self, pressed=None) -> None:
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
