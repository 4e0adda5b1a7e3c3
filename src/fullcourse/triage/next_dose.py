"""What a report means for the next dose: held, asked about first, or as planned; never more than a statement says."""

from dataclasses import dataclass
from enum import Enum

from fullcourse.knowledge.actions import stops_a_dose
from fullcourse.triage.judge import Raised, Triage

__all__ = ["NextDose", "NextDoseWord", "next_dose_of"]


class NextDoseWord(Enum):
    """What is done about the next dose."""

    HOLD = "hold"
    ASK_FIRST = "ask first"
    AS_PLANNED = "as planned"


@dataclass(frozen=True, slots=True)
class NextDose:
    """What is done about the next dose.

    Attributes:
        word: What.
        drugs: INNs of the drugs that it is about; empty for every TB medicine.
        raised: The statements that say so.
    """

    word: NextDoseWord
    drugs: tuple[str, ...]
    raised: tuple[Raised, ...]


def next_dose_of(triage: Triage) -> NextDose:
    """Return what a report means for the next dose; what holds one drug leaves the others to the care team."""
    held = [it for it in triage.urgent if it.rule.action.hold]
    asked = [it for it in triage.urgent if stops_a_dose(it.rule.action)]
    if held:
        return NextDose(NextDoseWord.HOLD, _drugs(held), tuple(held))
    if asked or triage.report.unread:
        return NextDose(NextDoseWord.ASK_FIRST, _drugs(asked), tuple(asked))
    return NextDose(NextDoseWord.AS_PLANNED, (), ())


def _drugs(raised: list[Raised]) -> tuple[str, ...]:
    """Return the drugs of some statements; none where one of them holds whatever the drug."""
    if any(not it.rule.drug for it in raised):
        return ()
    return tuple(dict.fromkeys(it.rule.drug for it in raised))
