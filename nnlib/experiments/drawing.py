"""The two curves of a check-up as an SVG, and what it shows in words."""

from __future__ import annotations

import numpy as np

LEFT, TOP, WIDTH, HEIGHT = 60, 20, 460, 190
STYLES = (("as it is", "#D55E00", ""), ("with the change", "#0072B2", ' stroke-dasharray="8 4"'))


def number(value: float) -> str:
    """Three digits."""
    return f"{value:.3g}" if np.isfinite(value) else "not a number"


def alt(c) -> str:
    """What the picture shows, with its numbers."""
    said = f"Cost by step. As it is: from {number(c.base.costs[0])} to {number(c.base.cost)} (solid line)."
    if c.cure is not None and len(c.cure.costs) > 1:
        said += f" With {c.cure.words}: from {number(c.cure.costs[0])} to {number(c.cure.cost)} (dashed line)."
    return said + f" The best constant answer: {number(c.base.constant)} (dotted line)."


class Scale:
    """Where a cost stands in the picture: on a logarithmic scale where costs differ by more than 30 times."""

    def __init__(self, costs, last: int):
        low, high = float(costs.min()), float(np.percentile(costs, 98))
        self.log, self.last = low > 0 and high > 30 * low, max(last, 1)
        self.low, self.high = (np.log10(low), np.log10(high)) if self.log else (min(low, 0.0), high)

    def place(self, k: int, cost: float) -> tuple[float, float]:
        """(x, y) of a cost after k steps."""
        value = np.log10(max(cost, 1e-300)) if self.log else cost
        part = (min(value, self.high) - self.low) / max(self.high - self.low, 1e-12)
        return LEFT + WIDTH * k / self.last, TOP + HEIGHT * (1 - max(part, 0.0))

    def ends(self) -> list[float]:
        """The least and the largest cost on the axis."""
        return [10**v if self.log else v for v in (self.low, self.high)]


def axes(scale: Scale, cost: str, steps: str) -> str:
    """Both axes, the names of what they show, and the least and the largest cost."""
    ends = "".join(
        f'<text x="{LEFT - 6}" y="{scale.place(0, v)[1] + 4:.1f}" text-anchor="end">{number(v)}</text>'
        for v in scale.ends()
    )
    return (
        f'<path d="M{LEFT} {TOP}V{TOP + HEIGHT}H{LEFT + WIDTH}" fill="none" stroke="#6b6b6b"/>'
        f'<text x="{LEFT}" y="14">{cost}{" (logarithmic)" if scale.log else ""}</text>'
        f'<text x="{LEFT + WIDTH}" y="{HEIGHT + 40}" text-anchor="end">{scale.last} {steps}</text>{ends}'
    )


def drawing(c) -> str:
    """Both curves and the constant answer, each with its own dash and its name beside it."""
    runs = [c.base] + ([c.cure] if c.cure is not None and len(c.cure.costs) > 1 else [])
    costs = np.array([v for e in runs for v in (*e.costs, e.constant) if np.isfinite(v)] or [1.0])
    scale = Scale(costs, max(e.steps for e in runs))
    parts = [
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 640 250" width="640" height="250" '
        'font-family="sans-serif" font-size="12" fill="#222222"><rect width="640" height="250" fill="#ffffff"/>'
        f"{axes(scale, 'cost', 'steps')}"
    ]
    if np.isfinite(c.base.constant):
        y = scale.place(0, c.base.constant)[1]
        parts.append(
            f'<path d="M{LEFT} {y:.1f}H{LEFT + WIDTH}" stroke="#767676" stroke-dasharray="2 4" fill="none"/>'
            f'<text x="{LEFT + WIDTH + 6}" y="{y - 4:.1f}" fill="#6b6b6b">constant answer</text>'
        )
    parts += [_line(scale, e, *style) for e, style in zip(runs, STYLES)]
    return "".join(parts) + "</svg>"


def _line(scale: Scale, e, name: str, colour: str, dash: str) -> str:
    """One curve with its name at its end; nothing where no cost is a number."""
    points = [scale.place(k, v) for k, v in zip(e.at, e.costs) if np.isfinite(v)]
    if not points:
        return ""
    line, (x, y) = " ".join(f"{x:.1f},{y:.1f}" for x, y in points), points[-1]
    return (
        f'<polyline points="{line}" fill="none" stroke="{colour}" stroke-width="2"{dash}/>'
        f'<text x="{x + 6:.1f}" y="{y + 12:.1f}" fill="{colour}">{name}</text>'
    )
