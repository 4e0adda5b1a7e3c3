"""Say what a receiver's acknowledgement means: of the batch, and of each report in it."""

from dataclasses import dataclass, replace

from fullcourse.adapters.e2b.sections import Section

__all__ = ["Answered", "answered", "names"]

_BATCH = {
    "AA": "taken: every report of the batch was loaded",
    "AE": "taken in part: at least one report was not loaded, and needs to be sent again when it is mended",
    "AR": "refused: the file could not be read, and no report was taken from it",
}
_REFUSED = "AR"
_BATCH_ALONE = "it says that every report was loaded, and below it does not say so of each: ask the receiver"
_REPORT_ALONE = "it says loaded, and of the batch that no report was taken from it: ask the receiver"
_REPORT = {
    "CA": "loaded",
    "CR": "not loaded: mend what is named and send it again",
}

names = {
    "ACK.M.1": "Number of the acknowledgement",
    "ACK.M.2": "Who answers",
    "ACK.M.3": "Who is answered",
    "ACK.M.4": "When it was answered",
    "ACK.A.1": "Number of the batch that was sent (N.1.2)",
    "ACK.A.2": "The receiver's number of it",
    "ACK.A.3": "When it was sent",
    "ACK.A.4": "What became of the batch",
    "ACK.A.5": "What the receiver says of it",
    "ACK.B.r.1": "The report (N.2.r.1 or C.1.1)",
    "ACK.B.r.2": "The receiver's number of it",
    "ACK.B.r.3": "Who is answered",
    "ACK.B.r.4": "Who answers",
    "ACK.B.r.5": "When the report was made",
    "ACK.B.r.6": "What became of the report",
    "ACK.B.r.7": "What the receiver says of it",
}
"""The elements of an acknowledgement, in our own words."""


@dataclass(frozen=True, slots=True)
class Answered:
    """What became of one report, or of the whole batch.

    Attributes:
        what: The number of the report or of the batch.
        code: The receiver's code; empty where it gives none.
        is_taken: Whether it is in; None for a code that is not known, which is never taken for a yes.
        meaning: The code in words.
        said: What the receiver says, each point by itself.
        is_cut: Whether the receiver's text breaks off, so that there may be more.
    """

    what: str
    code: str
    is_taken: bool | None
    meaning: str
    said: tuple[str, ...]
    is_cut: bool


def answered(batch: Section) -> tuple[Answered, ...]:
    """Return what became of the batch, then of each report.

    Args:
        batch: An acknowledgement, as it was read.
    """
    whole = _of(batch, "ACK.A.1", "ACK.A.4", "ACK.A.5", _BATCH, "AA")
    of_each = [_of(one, "ACK.B.r.1", "ACK.B.r.6", "ACK.B.r.7", _REPORT, "CA") for one in batch.repeated("ACK.B.r")]
    if whole.is_taken and not all(one.is_taken for one in of_each):
        whole = replace(whole, is_taken=None, meaning=_BATCH_ALONE)
    if whole.code == _REFUSED:
        of_each = [replace(one, is_taken=None, meaning=_REPORT_ALONE) if one.is_taken else one for one in of_each]
    return (whole, *of_each)


def _of(section: Section, name: str, code: str, text: str, meanings: dict[str, str], yes: str) -> Answered:
    given, said = section.given(code) or "", section.given(text) or ""
    meaning = meanings.get(given)
    return Answered(
        section.given(name) or "without a number",
        given,
        None if meaning is None else given == yes,
        meaning or "the receiver gives no code that is known here: ask the receiver",
        tuple(part.strip() for part in said.split(";") if part.strip()),
        said.rstrip().endswith("..."),
    )
