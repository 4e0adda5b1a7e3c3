"""The shape of an answer to a free question."""

from dataclasses import dataclass

from fullcourse.clinical.citation import Citation

__all__ = ["Answer", "Reply"]


@dataclass(frozen=True, slots=True)
class Answer:
    """One statement that answers, with where it comes from.

    Attributes:
        id: Id of the statement.
        drug: INN of the drug whose statement it is; empty for an emergency whatever the drug.
        text: For whoever asked: the plain wording where there is one.
        says: The claim in clinicians' words.
        citation: Where it comes from.
        dated: Date of the source, as printed.
        interpretation: Our reading of unclear wording; empty when none was needed.
        review: ``unreviewed`` until a clinician has signed.
    """

    id: str
    drug: str
    text: str
    says: str
    citation: Citation
    dated: str
    interpretation: str
    review: str


@dataclass(frozen=True, slots=True)
class Reply:
    """What a question comes to.

    Attributes:
        question: As asked.
        drugs: INN of the drugs that it was answered for.
        emergencies: What is said before anything else.
        today: What calls for the care team today; said next.
        answers: Most to the point first.
        notes: What could not be answered, and what to do instead.
        did_you_mean: Names that an unknown name may have been meant to be.
        not_mentioned: Words of the question that no statement holds.
        in_spanish: What is said first, in Spanish, to a question in Spanish; our translation.
        too_much_taken: Whether it speaks of more than a dose, so that poison help is named where there is a number.
        self_harm: Whether it speaks of suicide, so that a crisis line is named where the country has one.
    """

    question: str
    drugs: tuple[str, ...]
    emergencies: tuple[Answer, ...]
    today: tuple[Answer, ...]
    answers: tuple[Answer, ...]
    notes: tuple[str, ...]
    did_you_mean: tuple[str, ...]
    not_mentioned: tuple[str, ...]
    in_spanish: tuple[str, ...] = ()
    too_much_taken: bool = False
    self_harm: bool = False
