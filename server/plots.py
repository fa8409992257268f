"""Own the drawing of what claims give as values, a dot or a bar each; not which, nor a table.

A plot has one kind of value and one unit: nothing is converted, so each currency has its own.
The picture says nothing that the table beside it must not say too.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from markupsafe import Markup

from kg.claims import Claim
from kg.namespaces import iri
from server.axes import Axis, Scale, Span, axis_for, span_of
from server.measures import bounded
from server.present import value_of
from server.words import gettext as _
from server.words import language, ngettext

__all__ = ["dot_plot"]

_WIDTH, _LEFT, _RIGHT = 600, 24, 576
_LANE, _ARROW, _LEAST = 9, 14, 3
_NAMED = 6
_DEPRECATED = iri("clef:Deprecated")


@dataclass(frozen=True, slots=True)
class _Drawn:
    """What is drawn of one claim: its span, and whether it is on screen."""

    span: Span
    marked: bool
    claim: Claim

    @property
    def faint(self) -> bool:
        """Whether the claim is deprecated."""
        return self.claim.rank == _DEPRECATED


def dot_plot(claims: Iterable[Claim], marks: Iterable[Claim] = ()) -> Markup | None:
    """Return the plots of the values of claims, one for each unit; `None` where there is none.

    Numbers, days and durations of one part can be drawn; a plot takes three, not all alike. `marks`
    are the claims on the story, drawn as crosses; a deprecated claim is pale. What the record gives
    and no plot shows is told in words.
    """
    by_scale: dict[Scale, list[_Drawn]] = defaultdict(list)
    left: list[Claim] = []
    for marked, found in ((False, claims), (True, marks)):
        for one in found:
            spanned = span_of(one)
            if spanned:
                scale, span = spanned
                by_scale[scale].append(_Drawn(span, marked, one))
            elif not marked and not one.denies:
                left.append(one)
    shown: list[Markup] = []
    measured = any(scale.unit for scale in by_scale)
    for scale, drawn in sorted(by_scale.items(), key=_most):
        plot = _plot(scale, drawn, bare=measured and not scale.unit)
        if plot:
            shown.append(plot)
        else:
            left += [one.claim for one in drawn if not one.marked]
    if not shown:
        return None
    frame = Markup('<div class="scroll" tabindex="0" role="region" aria-label="{}">{}</div>{}')
    return frame.format(_("Plot of the values"), Markup("").join(shown), _besides(left))


def _besides(left: list[Claim]) -> Markup:
    """Return in words what is on no line: too few are of its unit, or it is no number at all."""
    if not left:
        return Markup("")
    times = Counter(map(value_of, left))
    told = [f"{value} ({number})" if number > 1 else value for value, number in times.items()]
    more = sum(list(times.values())[_NAMED:])
    if more:
        told[_NAMED:] = [ngettext("%(num)s other value", "%(num)s other values", more)]
    return Markup('<p class="note">{}</p>').format(
        _("On no line: %(values)s.", values="; ".join(told))
    )


def _most(item: tuple[Scale, list[_Drawn]]) -> tuple[int, Scale]:
    return (-len(item[1]), item[0])


def _plot(scale: Scale, drawn: list[_Drawn], *, bare: bool) -> Markup | None:
    if len({one.span for one in drawn}) < 2 or sum(not one.marked for one in drawn) < _LEAST:
        return None
    axis = axis_for(scale, [one.span for one in drawn])
    inside = [one for one in drawn if axis.holds(one.span)]
    lanes = _lanes(axis, inside)
    high = max(lanes, default=0) * _LANE + 2 * _LANE
    base = high + 4
    parts = _told(axis, drawn, len(drawn) - len(inside))
    if bare:
        parts.append(_("the unit is not stated"))
    title = ngettext("%(num)s value on a line", "%(num)s values on a line", len(drawn))
    paths: dict[str, list[str]] = defaultdict(list)
    for one, lane in zip(inside, lanes, strict=True):
        kind, path = _mark(axis, one, high - lane * _LANE)
        paths[kind].append(path)
    marks = Markup("").join(
        Markup('<path class="{}" d="{}"/>').format(kind, "".join(drawn_so))
        for kind, drawn_so in sorted(paths.items())
    )
    svg = Markup(
        '<svg class="plot" viewBox="0 0 {} {}" role="img"><title>{}</title>{}{}</svg>'
    ).format(_WIDTH, base + 24, title, _ticks(axis, base), marks)
    return svg + Markup('<p class="note">{}.</p>').format("; ".join(parts))


def _x(axis: Axis, value: float) -> float:
    return round(_LEFT + axis.place(value) * (_RIGHT - _LEFT), 1)


def _ends(axis: Axis, span: Span) -> tuple[float, float]:
    """Return the pixels that a span takes, an open end as an arrow."""
    low, high = span
    left = _x(axis, max(low, axis.low)) if low > -math.inf else _x(axis, high) - _ARROW
    right = _x(axis, min(high, axis.high)) if high < math.inf else _x(axis, low) + _ARROW
    return left, right


def _lanes(axis: Axis, drawn: list[_Drawn]) -> list[int]:
    """Return the lane of each, from the axis up, so that none covers another; dots come first."""
    ends = [_ends(axis, one.span) for one in drawn]
    taken: list[list[tuple[float, float]]] = [[] for _one in drawn]
    lanes = [0] * len(drawn)
    for i in sorted(range(len(drawn)), key=lambda i: (ends[i][1] - ends[i][0] > 0, ends[i], i)):
        left, right = ends[i]
        lanes[i] = next(
            lane
            for lane, others in enumerate(taken)
            if all(right + _LANE <= low or high + _LANE <= left for low, high in others)
        )
        taken[lanes[i]].append(ends[i])
    return lanes


def _mark(axis: Axis, one: _Drawn, y: float) -> tuple[str, str]:
    """Return the class and the path of one claim: a dot, a bar with its ends, or a cross."""
    left, right = _ends(axis, one.span)
    low, high = one.span
    if low == high and one.marked:
        return "screen", f"M{left - 5:g} {y - 5}l10 10m0-10l-10 10"
    faint = " faint" if one.faint else ""
    if low == high:
        return f"dot{faint}", f"M{left:g} {y}h0"
    begins = (
        f"M{left:g} {y - 3}v6m0-3" if low >= axis.low else f"M{left + 4:g} {y - 3}l-4 3l4 3m-4-3"
    )
    ends = "m0-3v6" if high <= axis.high else "m-4-3l4 3l-4 3"
    return "screen" if one.marked else f"bar{faint}", f"{begins}H{right:g}{ends}"


def _ticks(axis: Axis, base: float) -> Markup:
    """Return the line of the axis, its marks and their labels."""
    ticks = [(f"{_x(axis, value):g}", label) for value, label in axis.ticks(language())]
    line = f"M{_LEFT - 8} {base}H{_RIGHT + 8}" + "".join(f"M{x} {base}v6" for x, _label in ticks)
    labels = (Markup('<text x="{}" y="{}">{}</text>').format(x, base + 18, to) for x, to in ticks)
    return Markup('<path class="axis" d="{}"/>').format(line) + Markup("").join(labels)


def _told(axis: Axis, drawn: list[_Drawn], outside: int) -> list[str]:
    """Return in words what the plot shows: how many, from where to where, what most say."""
    record = [one.span for one in drawn if not one.marked]
    ends = [end for one in drawn for end in one.span if math.isfinite(end)]
    parts = [
        ngettext(
            "%(num)s value, from %(low)s to %(high)s",
            "%(num)s values, from %(low)s to %(high)s",
            len(drawn),
            low=axis.told(min(ends), language()),
            high=axis.told(max(ends), language()),
        )
    ]
    span, times = Counter(record).most_common(1)[0] if record else ((0.0, 0.0), 0)
    if times > 1:
        parts.append(_("most often %(value)s (%(times)s)", value=_span(axis, span), times=times))
    if len(record) < len(drawn):
        parts.append(_("a cross is what is told on screen"))
    if any(one.faint for one in drawn if not one.marked):
        parts.append(_("what is pale is deprecated"))
    if axis.log:
        parts.append(_("the axis is logarithmic"))
    if outside:
        parts.append(
            ngettext("%(num)s lies outside the picture", "%(num)s lie outside the picture", outside)
        )
    return parts


def _span(axis: Axis, span: Span) -> str:
    low, high = (axis.told(end, language()) if math.isfinite(end) else "" for end in span)
    if low == high:
        return low
    return bounded(low, high, dated=axis.scale.kind == "date")
