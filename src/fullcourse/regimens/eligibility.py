"""Whether a guideline's criteria fit a patient: yes, no or unknown, each with the facts behind it.

A criterion is read from its first row down. A row that cannot be judged leaves its own answer possible, and the rows
below it too: only when every possible answer is the same is the criterion known.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from fullcourse.clinical.citation import Citation
from fullcourse.clinical.fact import Evidence
from fullcourse.knowledge.library import Knowledge
from fullcourse.knowledge.regimens import Criterion
from fullcourse.rules.explain import judge_of
from fullcourse.rules.kleene import Truth, all_of
from fullcourse.rules.one_patient import NONE
from fullcourse.rules.situation import Situation

__all__ = ["Reason", "Referee", "fit_of"]


@dataclass(frozen=True, slots=True)
class Reason:
    """What one criterion comes to for a patient.

    Attributes:
        criterion: Its id.
        fits: Whether it is met; None while that is not known.
        says: The claim of its source.
        unmet: What stands against it where the claim is not met.
        because: The evidence that decided it, or what is on file while it is open.
        missing: The facts that would settle it.
        citation: Its source.
        blocks: Whether the regimen waits for it while it is open.
        proposes: What the source proposes although it is not known.
        interpretation: Our reading of unclear wording; empty when none was needed.
        review: ``unreviewed`` until a clinician has signed.
    """

    criterion: str
    fits: Truth
    says: str
    unmet: str
    because: tuple[Evidence, ...]
    missing: tuple[str, ...]
    citation: Citation
    blocks: bool
    proposes: str
    interpretation: str
    review: str

    @property
    def reads(self) -> str:
        """Return it as it stands for this patient: the claim, or what is against it."""
        return self.unmet if self.fits is False else self.says

    @property
    def counts_as(self) -> Truth:
        """Return how it counts: what its source lets begin while it is found out counts as met."""
        return True if self.fits is None and not self.blocks else self.fits


class Referee:
    """Judges criteria for one patient, each once."""

    def __init__(self, situation: Situation, knowledge: Knowledge) -> None:
        """Take the patient as rules look at one."""
        self._situation, self._knowledge = situation, knowledge
        self._judged: dict[str, Reason] = {}

    def judge(self, names: Iterable[str]) -> tuple[Reason, ...]:
        """Return what criteria come to, in the order given."""
        return tuple(self._reason(name) for name in names)

    def _reason(self, name: str) -> Reason:
        reason = self._judged.get(name)
        if reason is None:
            reason = self._judged[name] = self._judge(self._knowledge.guidelines.criteria[name])
        return reason

    def _judge(self, criterion: Criterion) -> Reason:
        possible: set[bool] = set()
        because: dict[int, Evidence] = {}
        missing: dict[str, None] = {}
        for row in criterion.rows:
            outcome, evidence, lacking = judge_of(row.test)(self._situation)
            because |= {id(piece): piece for piece in evidence}
            if outcome == NONE:
                continue
            possible.add(row.fits)
            if outcome is not None:
                if possible == {row.fits}:  # what was open above it comes to the same
                    because = {id(piece): piece for piece in evidence}
                break
            missing |= dict.fromkeys(lacking)
        else:
            possible.add(criterion.otherwise)
        source = self._knowledge.sources[criterion.source]
        known = len(possible) == 1
        return Reason(
            criterion=criterion.id,
            fits=next(iter(possible)) if known else None,
            says=criterion.says,
            unmet=criterion.unmet,
            because=tuple(because.values()),
            missing=() if known else tuple(missing),
            citation=source.cited(criterion.section),
            blocks=criterion.while_unknown == "asks",
            proposes=criterion.proposes,
            interpretation=criterion.interpretation,
            review=criterion.review,
        )


def fit_of(reasons: Iterable[Reason]) -> Truth:
    """Return whether all criteria are met, as far as they count."""
    return all_of(reason.counts_as for reason in reasons)
