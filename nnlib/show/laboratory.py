"""The learning-rate laboratory: one widget over four problems, six rules and every rate, redrawn as soon as a control moves."""

from __future__ import annotations

import html
from collections.abc import Mapping
from functools import lru_cache

import ipywidgets as widgets
import numpy as np
from traitlets import Int

from nnlib.laboratory import RULES, Trial, experiment, problems, reference
from nnlib.show.film import Shown
from nnlib.show.overlay import Overlay
from nnlib.show.picture import label_svg, png_uri
from nnlib.show.style import INKS, PAPER, axes, ink, plain

RATES = 10.0 ** (np.arange(-60, 61) / 20)  # 0.001 to 1000, twenty to a decade
BENCH = "nnlib-bench"  # its pictures' style class begins so; the problem and the seed follow
WAITING = f"{BENCH}-waiting"  # worn by a picture that is no longer true, while a new problem is prepared
FIRST = 6.0  # the rate to begin with, at which XOR is learned
BOTTOM, TOP = -5.0, 3.0  # of log10 C
BESIDE = 42, 80  # pixels on the slider's left and right, for its name and its value: its scale lies under its track

# the six claims of lesson 10, each as a setting of the controls
PRESETS: Mapping[str, dict] = {
    "R1: it learns": dict(problem="XOR", rate=FIRST, by="mean", rule="plain"),
    "R2: by the sum": dict(problem="bowl", rate=0.05, by="sum", rule="plain"),
    "R3: above 1": dict(problem="XOR", rate=10.0, by="mean", rule="plain"),
    "R4: it explodes": dict(problem="bowl", rate=1.0, by="mean", rule="plain"),
    "R5: 0.001": dict(problem="digits", rate=0.001, by="mean", rule="plain"),
    "R6: a catapult": dict(problem="u v", rate=0.35, by="mean", rule="plain"),
}


def nearest(learning_rate: float) -> int:
    """The place on the slider nearest to a rate."""
    return int(np.abs(np.log(RATES / learning_rate)).argmin())


@lru_cache(maxsize=32)
def stage(name: str, seed: int, width: float, height: float):
    """The still background of one problem and seed: three Axes, the first with the cost surface; and its picture."""
    known, problem = reference(name, seed), problems()[name]
    surface, curve, sharp = ax = axes(
        width, height, columns=3, titles=("path over log10 C", "log10 C by epoch", "sharpness and 2/rate, log10")
    )
    surface.contourf(known.across, known.up, known.surface, levels=14, cmap="cividis", alpha=0.75)
    surface.plot(*known.target, markersize=12, **{**ink("target", marker=True), "linestyle": ""})
    surface.grid(False)
    curve.set(xlim=(0, problem.epochs), ylim=(BOTTOM, TOP), xlabel="epoch")
    sharp.set(xlim=(0, problem.epochs), ylim=(-3, 4), xlabel="epoch")
    for side in (curve, sharp):
        side.xaxis.get_major_locator().set_params(integer=True)
    return ax, png_uri(surface.figure, 1.3)


def background(name: str, seed: int, width: float) -> str:
    """The style class of one still background: a picture names its own, so it never lies over that of another problem."""
    return f"{BENCH}-{list(problems()).index(name)}-{seed}-{100 * width:.0f}"


def frame(name: str, learning_rate: float, by: str, size: int, trial: Trial, seed: int, width: float, height: float):
    """The picture of one trial as SVG over its still background."""
    surface, curve, sharp = stage(name, seed, width, height)[0]
    epochs = np.arange(len(trial.costs))
    with np.errstate(divide="ignore", invalid="ignore"):
        heights = np.log10(np.clip(np.nan_to_num(trial.costs, nan=np.inf, posinf=1e300), 10**BOTTOM, 1e5))
        sharpness = np.log10(np.clip(trial.sharpness, 1e-4, None))
    step = learning_rate * (size if by == "sum" else 1)
    two_over_rate = np.log10(2 / step) if step else 9.0
    made = Overlay(surface)
    made.line(surface, trial.path[:, 0], trial.path[:, 1], "backward", 1.6)
    made.dots(surface, *trial.path[:1].T, "quiet", 5).dots(surface, *trial.path[-1:].T, "backward", 5)
    made.line(curve, epochs, heights, trial.fate).text(
        curve, 0.97 * epochs[-1], TOP - 0.8, trial.fate, trial.fate, anchor="end"
    )
    made.line(sharp, trial.seen, sharpness, "cost").dots(sharp, trial.seen, sharpness, "cost", 3)
    made.line(sharp, [0, epochs[-1]], [two_over_rate] * 2, "limit")
    aside = -0.4 if sharpness[-1] > two_over_rate else 0.15  # the words stand where the curve is not
    label = "2/(batch·rate)" if by == "sum" else "2/rate"
    made.text(sharp, 0.97 * epochs[-1], two_over_rate + aside, label, "limit", anchor="end")
    svg = made.svg().replace("<svg ", f'<svg class="{background(name, seed, width)}" ', 1)
    return label_svg(svg, trial.words) + said(trial.words)


def said(words: str) -> str:
    """The sentence beneath a picture, always of two lines' height: the page stays still when it grows longer."""
    return f'<p role="status" style="min-height:2lh">{html.escape(words)}</p>'


def backdrop(name: str, seed: int, width: float, height: float) -> str:
    """The style sheet that puts the still background behind every picture: sent once for a problem and a seed."""
    address = stage(name, seed, width, height)[1]
    return (
        f"<style>svg.{background(name, seed, width)}{{background:#fff url({address}) 0 0/100% 100%;width:100%}}</style>"
    )


def strip(learning_rate: float, limit: float, width: float = 9.0) -> str:
    """The scale of the slider above it, 0.001 to 1000, two marks on it: the rate, and the predicted limit of the plain rule."""
    wide = round(100 * width) - sum(BESIDE)
    at = lambda value: wide * np.clip((np.log10(max(value, 1e-9)) + 3) / 6, 0, 1)
    word = '<text x="{:.1f}" y="{}" font-size="13" text-anchor="middle" fill="{}">{}</text>'
    ticks = "".join(word.format(at(10.0**k), 44, "#555", plain(10.0**k)) for k in range(-3, 4))
    line = f'<path d="M0 26 h{wide}" stroke="#767676" stroke-width="1.5"/>'
    purple, blue = INKS["limit"].colour, INKS["cost"].colour
    marks = (
        f'<path d="M{at(limit):.1f} 26 l-6 -10 h12z" fill="{purple}"/>'
        + word.format(at(limit), 11, purple, f"limit {plain(limit)}")
        + f'<circle cx="{at(learning_rate):.1f}" cy="26" r="5" fill="{blue}"/>'
    )
    words = f"Rate {plain(learning_rate)}; predicted limit of the plain rule {plain(limit)}."
    left, right = BESIDE
    style = f"display:block;overflow:visible;background:{PAPER};margin:0 {right}px 0 {left}px;width:calc(100% - {left + right}px)"
    return label_svg(f'<svg viewBox="0 0 {wide} 50" style="{style}">{line}{ticks}{marks}</svg>', words)


class Slider(widgets.SelectionSlider):
    """A slider that sends its position to the kernel and asks for no echo, which would take time from the next picture."""

    index = Int(None, allow_none=True).tag(sync=True, echo_update=False)


class Laboratory:
    """The state of the bench, apart from any widget: `settings` in, one HTML page out, and its sentence in `words`."""

    def __init__(self, width: float = 9.0, height: float = 3.2):
        self.width, self.height, self.words, self.sheets = width, height, "", []
        self.settings = dict(problem="XOR", rate=FIRST, batch=None, by="mean", rule="plain", seed=0)

    def backdrop(self) -> str:
        """The style sheets for the problem and the seed as they are, and for those before: their picture still stands."""
        sheet = backdrop(self.settings["problem"], self.settings["seed"], self.width, self.height)
        faded = f"<style>.{WAITING}{{opacity:0.3}}</style>"
        self.sheets = [other for other in self.sheets if other != sheet][-1:] + [sheet]
        return "".join([faded, *self.sheets])

    def page(self) -> str:
        """Train with the settings as they are, and draw what came of it."""
        s = self.settings
        trial = experiment(s["problem"], s["rate"], batch_size=s["batch"], by=s["by"], rule=s["rule"], seed=s["seed"])
        size, self.words = s["batch"] or len(problems()[s["problem"]].X), trial.words
        picture = frame(s["problem"], s["rate"], s["by"], size, trial, s["seed"], self.width, self.height)
        return strip(s["rate"], trial.limit, self.width) + picture


def laboratory(width: int = 900) -> Shown:
    """The bench: problem, rate, batch, sum or mean, rule, seed, and six presets; `width` in pixels."""
    bench = Laboratory(width / 100, 3.2 * max(1.0, width / 1000))
    screen, style, busy = widgets.HTML(), widgets.HTML(), {"quiet": False, "prepared": None}
    wide = {"description_width": "initial"}
    problem = widgets.ToggleButtons(
        options=list(problems()),
        description="problem",
        style={"button_width": "auto"} | wide,
        layout={"display": "flex", "align_items": "baseline", "grid_gap": "6px"},
    )
    slider = Slider(
        options=[(plain(r), float(r)) for r in RATES],
        index=nearest(FIRST),
        description="rate",
        style={"description_width": "30px"},
        layout={"width": "100%"},
    )
    batch = widgets.Dropdown(description="batch", style=wide, layout={"width": "14em"})
    by = widgets.Dropdown(options=["mean", "sum"], description="step by", style=wide, layout={"width": "12em"})
    rule = widgets.Dropdown(options=list(RULES), description="rule", style=wide, layout={"width": "14em"})
    seed = widgets.BoundedIntText(value=0, min=0, max=999, description="seed", style=wide, layout={"width": "9em"})

    def draw(change=None):
        if busy["quiet"]:
            return
        bench.settings.update(
            problem=problem.value, rate=slider.value, batch=batch.value, by=by.value, rule=rule.value, seed=seed.value
        )
        prepared = (problem.value, seed.value)
        if prepared != busy["prepared"]:
            # its plane and its limit may take a second: until then the old picture is faint
            screen.add_class(WAITING)
            busy["prepared"] = prepared
        # an exception of a widget goes to a log, out of sight, and the old picture would stay under the new controls
        try:
            page = bench.page()
            style.value, screen.value = bench.backdrop(), page
        except Exception as error:
            screen.value = said(f"This setting could not be tried: {type(error).__name__}: {error}")
        screen.remove_class(WAITING)

    def new_problem(change=None):
        held, busy["quiet"] = busy["quiet"], True
        sizes = problems()[problem.value].batch_sizes
        batch.options = [(f"{n} samples" if n > 1 else "1 sample", n) for n in sizes]
        batch.value = sizes[0]
        busy["quiet"] = held
        draw()

    def choose(name):
        busy["quiet"] = True
        wanted = PRESETS[name]
        problem.value, by.value, rule.value = wanted["problem"], wanted["by"], wanted["rule"]
        slider.index, seed.value = nearest(wanted["rate"]), 0
        busy["quiet"] = False
        new_problem()

    buttons = [widgets.Button(description=name, layout={"width": "auto"}) for name in PRESETS]
    for button in buttons:
        button.on_click(lambda pressed: choose(pressed.description))
    new_problem()
    problem.observe(new_problem, "value")
    for control in (slider, batch, by, rule, seed):
        control.observe(draw, "value")
    controls = widgets.HBox([batch, by, rule, seed], layout={"flex_flow": "row wrap"})
    rows = [widgets.HBox(buttons, layout={"flex_flow": "row wrap"}), problem, controls, slider, style, screen]
    box = Shown(
        rows,
        f"The learning-rate laboratory. {bench.words}",
        style.value + screen.value,
        needs_kernel=True,
    )
    box.layout.max_width = f"{width}px"
    return box
