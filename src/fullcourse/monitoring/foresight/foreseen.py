"""Toxicity foreseen: how results of a drug run, when they could pass what its sources act on, and its levels.

It only adds. Nothing here moves a day, lowers an urgency or speaks for a dose; what it may say is that a test is better
asked for earlier than planned. It is unvalidated in patients, and every answer says so. There is no score: each part
stands with its numbers (I-1441).
"""

from dataclasses import dataclass
from datetime import date
from enum import Enum
from typing import Final

from fullcourse.clinical.citation import Citation
from fullcourse.clinical.fact import Evidence
from fullcourse.monitoring.responses import Do

__all__ = [
    "FORESEEN_READING",
    "AskedEarlier",
    "Exposure",
    "ExposureLimit",
    "Foreseen",
    "Heading",
    "Threshold",
    "Trend",
    "TrendStanding",
]

FORESEEN_READING: Final = "I-1441"
"""How results are followed ahead, and what is said of it."""

_HALF: Final = 0.5


class TrendStanding(Enum):
    """How the results of one fact run towards what is acted on."""

    HEADING = "heading"
    """They run towards a threshold, and could pass it no further ahead than they reach back."""
    DRIFTING = "drifting"
    """They run towards a threshold that lies further ahead than they reach back."""
    STEADY = "steady"
    """Nothing shows that they run towards one: the interval of the slope holds none, or the other way."""
    REACHED = "reached"
    """They are past every threshold: the statements on the result speak."""
    TOO_FEW = "too few"
    STALE = "stale"
    """The newest result is too old to count, so that nothing is foreseen from those before it."""
    NO_THRESHOLD = "no threshold"
    """No source that was read names a number of this fact at which something is done about this drug."""


@dataclass(frozen=True, slots=True)
class Threshold:
    """A number at which a source acts, and which the newest result has not passed.

    Attributes:
        value: In the unit of the fact; one that is a rise has the value before treatment added.
        do: What is done beyond it.
        action: The statement's word for it.
        statement: Its id.
        says: What it says.
        missing: Facts that would settle whether it holds for this patient; empty where it does.
        citation: Where it comes from.
        review: ``unreviewed`` until a clinician has signed.
    """

    value: float
    do: Do
    action: str
    statement: str
    says: str
    missing: tuple[str, ...]
    citation: Citation
    review: str


@dataclass(frozen=True, slots=True)
class Heading:
    """When the line of results would pass a threshold, if it went on.

    Attributes:
        threshold: Which.
        first: By the steeper end of the slope's interval; never before today.
        middle: By the slope itself; likewise, and None as `last`.
        last: By the shallower end; None where that leads nowhere within a hundred years.
    """

    threshold: Threshold
    first: date
    middle: date | None
    last: date | None


@dataclass(frozen=True, slots=True)
class Trend:
    """How the results of one fact run under a drug.

    Attributes:
        fact: Its id.
        label: Its name.
        unit: Of the values.
        standing: How they run.
        counted: The results of the line, oldest first.
        left_out: Results that were left out, each with its reason.
        per_week: Slope, units a week; None where there is no line.
        low: Lower end of its 90 per cent interval.
        high: Upper end.
        headings: Thresholds that could be passed, soonest first; of what drifts, where the line leads.
        lacks_baseline: Whether a source acts on a rise, and no value before treatment is on file.
    """

    fact: str
    label: str
    unit: str
    standing: TrendStanding
    counted: tuple[Evidence, ...]
    left_out: tuple[Evidence, ...]
    per_week: float | None = None
    low: float | None = None
    high: float | None = None
    headings: tuple[Heading, ...] = ()
    lacks_baseline: bool = False


@dataclass(frozen=True, slots=True)
class ExposureLimit:
    """A level that a source keeps below, beside what is predicted.

    Attributes:
        measure: ``peak`` or ``trough``.
        value: mg/L.
        share_above: Share of the draws above it, 0 to 1.
        says: What the source says.
        citation: Where it comes from.
    """

    measure: str
    value: float
    share_above: float
    says: str
    citation: Citation


@dataclass(frozen=True, slots=True)
class Exposure:
    """Levels of a drug in the 24 hours before its last dose, as a published model predicts them from the doses.

    Attributes:
        model: Id of the model.
        doses: How many doses it was worked out from.
        taken: Whether somebody recorded them; else they are taken as prescribed.
        last_dose: The day of the last.
        levels: How many measured levels moved it; 0 for what the population has.
        trough: Lowest level, mg/L: 5, 50 and 95 per cent.
        peak: Highest, mg/L, likewise.
        auc24: Area under the curve of 24 hours, mg.h/L, likewise.
        limits: What sources keep below.
        notes: What was taken for granted.
        why_not: Why nothing could be worked out; then the numbers are empty.
    """

    model: str = ""
    doses: int = 0
    taken: bool = False
    last_dose: date | None = None
    levels: int = 0
    trough: tuple[float, ...] = ()
    peak: tuple[float, ...] = ()
    auc24: tuple[float, ...] = ()
    limits: tuple[ExposureLimit, ...] = ()
    notes: tuple[str, ...] = ()
    why_not: str = ""


@dataclass(frozen=True, slots=True)
class AskedEarlier:
    """A test that is better done now than on its planned day: ours, no source's.

    Attributes:
        test: Which.
        planned: The day of the plan; None where it has none.
        before: The first day on which a threshold could be passed.
    """

    test: str
    planned: date | None
    before: date


@dataclass(frozen=True, slots=True)
class Foreseen:
    """What is foreseen of one drug.

    Attributes:
        drug: INN.
        trends: Of each fact that its tests measure and that runs, in order.
        exposure: Its levels; None where they were not asked for or no source names a level to keep below.
        ask: Tests to ask for earlier.
    """

    drug: str
    trends: tuple[Trend, ...]
    exposure: Exposure | None
    ask: tuple[AskedEarlier, ...]

    @property
    def warns(self) -> bool:
        """Whether some result could pass a threshold, or a level is likelier above a limit than below it."""
        return any(trend.standing is TrendStanding.HEADING for trend in self.trends) or bool(self.likely_above)

    @property
    def likely_above(self) -> tuple[ExposureLimit, ...]:
        """The limits above which the level lies in more than half of the draws."""
        return () if self.exposure is None else tuple(it for it in self.exposure.limits if it.share_above > _HALF)
