"""The shapes of the vocabulary: facts, classes of medicines, drugs, points, profiles, and how records are read."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from fullcourse.knowledge.statements import FactCondition

__all__ = [
    "Answer",
    "AsMoiety",
    "AskGroup",
    "DosageForm",
    "DrugIdentity",
    "FactDefinition",
    "Found",
    "Lasting",
    "MedicineClass",
    "MonitoringTest",
    "OtherMatter",
    "Point",
    "Profile",
    "ResourceReading",
    "SpeaksOf",
]

Codes = Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Answer:
    """What one coded value of an Observation, or of a questionnaire item, says of a fact.

    Attributes:
        value: The fact's value.
        codes: Codes that say so, by system.
        names: Wordings that say so, in lower case.
    """

    value: bool | str
    codes: Codes
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Found:
    """One way in which a fact is found in a record.

    Attributes:
        resource: ``Condition``, ``Observation``, ``Procedure``, ``AllergyIntolerance``, ``Patient``, ``Section``,
            ``List``, ...
        codes: Codes by system; ICD and ATC codes are prefixes, all others exact.
        names: Wordings, in lower case, that count when no code is there.
        ingredients: For allergies: ingredients by which the substance is recognised.
        field: For Patient: the element's name.
        answers: What coded values say; empty when the resource itself says yes, or holds a number.
        value: What the resource itself says.
    """

    resource: str
    codes: Codes
    names: tuple[str, ...] = ()
    ingredients: tuple[str, ...] = ()
    field: str = ""
    answers: tuple[Answer, ...] = ()
    value: bool | str = True


@dataclass(frozen=True, slots=True)
class SpeaksOf:
    """Of which drugs a laboratory's result speaks: of one, of all members of a class, or by a mutation.

    Attributes:
        drugs: INNs, as the drugs' own files have them.
        susceptible: Words of the choice that show these drugs susceptible; empty when the result cannot show that.
        resistant: Words that show them resistant. A word in neither list leaves it open.
    """

    drugs: tuple[str, ...]
    susceptible: tuple[str, ...]
    resistant: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class FactDefinition:
    """One fact that a rule may ask for.

    Attributes:
        id: Its name.
        kind: ``history``, ``state``, ``number``, ``choice``, ``date`` or ``given``.
        label: Short name for clinicians.
        plain: Short name in plain words.
        unit: UCUM code of a number.
        plausible: Lowest and highest value that can be; a value outside is named and not used.
        valid_days: How long evidence holds; None when it does not expire.
        listed_in: ``problems``, ``medicines`` or ``allergies``: absence means no when that list is complete.
        derived: Name of the formula; empty when it is found in records.
        molar_mass_g_per_mol: Of the substance measured.
        values: The words a choice may have.
        never_when: Any of these makes the answer no.
        found: How it is found in a record.
        codes_from: Where the code set comes from.
        ask_patient: The question in plain words.
        ask_clinician: The question for a clinician.
        ask_below_patient: The same where it is enough to know whether a number lies below ``{bound}``; empty where that
            is not asked.
        ask_below_clinician: That question for a clinician.
        ask_group: Questions of one group are asked together.
        speaks_of: The drugs that a result of susceptibility is about; None for every other fact.
        charge: Elementary charges of one ion of the substance measured, without the sign.
        spoken_as: Words by which an Observation speaks of a number without a code that is known; whole words, in lower
            case.
        unless: Words beside them that make it another matter.
        upper_limit: The fact that is the upper limit of normal of this number, which a result may give with it.
        beside: The fact whose matter this number is near to without being it: another formula, another measure.
        shown_by: Any of these makes the answer yes.
    """

    id: str
    kind: str
    label: str
    plain: str
    unit: str
    plausible: tuple[float, float] | None
    valid_days: int | None
    listed_in: str
    derived: str
    molar_mass_g_per_mol: float | None
    values: tuple[str, ...]
    never_when: tuple[FactCondition, ...]
    found: tuple[Found, ...]
    codes_from: str
    ask_patient: str
    ask_clinician: str
    ask_group: str
    speaks_of: SpeaksOf | None = None
    charge: int | None = None
    ask_below_patient: str = ""
    ask_below_clinician: str = ""
    spoken_as: tuple[str, ...] = ()
    unless: tuple[str, ...] = ()
    beside: str = ""
    upper_limit: str = ""
    shown_by: tuple[FactCondition, ...] = ()

    @property
    def substance(self) -> tuple[float | None, int | None]:
        """Molar mass, g/mol, and charge of what is measured: what a conversion between its units needs."""
        return self.molar_mass_g_per_mol, self.charge


@dataclass(frozen=True, slots=True)
class OtherMatter:
    """Codes that are known to mean something that no fact is about; only such codes settle an entry of a list.

    Attributes:
        id: Its name.
        label: What they mean, for people.
        resource: ``Condition``, ``AllergyIntolerance`` or ``Procedure``.
        codes: Codes by system; ICD codes are prefixes, all others exact. A code of a fact beats them.
        source: Where their meaning comes from.
    """

    id: str
    label: str
    resource: str
    codes: Codes
    source: str


@dataclass(frozen=True, slots=True)
class AskGroup:
    """Questions that are asked together; ``{facts}`` in the wording is where the facts still open are listed.

    Attributes:
        id: Its name.
        ask_patient: Wording for several facts, plain.
        ask_clinician: Wording for several facts.
        order: Groups are asked in this order when equally decisive.
        within: The grouped question that it belongs to; empty where it is one itself.
    """

    id: str
    ask_patient: str
    ask_clinician: str
    order: int
    within: str = ""


@dataclass(frozen=True, slots=True)
class MedicineClass:
    """A class of medicines.

    Attributes:
        id: ``class.x``.
        label: For people.
        atc: ATC prefixes.
        ingredients: INN in lower case.
        rxnorm: RxNorm ingredient codes.
        names: Words that mark a product as a possible member (``mouthwash`` may hold alcohol): such a product counts
            as perhaps taken.
        source: Where the membership comes from.
    """

    id: str
    label: str
    atc: tuple[str, ...]
    ingredients: tuple[str, ...]
    rxnorm: tuple[str, ...]
    names: tuple[str, ...]
    source: str


@dataclass(frozen=True, slots=True)
class DosageForm:
    """A dosage form with its strength.

    Attributes:
        form: For example ``capsule``.
        source: Id of the source.
        strength_mg: Amount of the drug in one unit, mg; None for a liquid.
        strength_mg_per_ml: Amount in a millilitre, mg; None for a solid.
        with_mg: Other ingredients of one unit, with their amounts, mg.
    """

    form: str
    source: str
    strength_mg: float | None = None
    strength_mg_per_ml: float | None = None
    with_mg: tuple[tuple[str, float], ...] = ()

    @property
    def words(self) -> str:
        """The form with its strength, as a person reads it.

        >>> DosageForm("injection", "label", 250.0, with_mg=(("cilastatin", 250.0),)).words
        'injection 250 mg, with cilastatin 250 mg'
        >>> DosageForm("oral solution", "label", strength_mg_per_ml=10.0).words
        'oral solution 10 mg/mL'
        """
        solid = "" if self.strength_mg is None else f" {self.strength_mg:g} mg"
        liquid = "" if self.strength_mg_per_ml is None else f" {self.strength_mg_per_ml:g} mg/mL"
        return f"{self.form}{solid}{liquid}" + "".join(f", with {name} {mg:g} mg" for name, mg in self.with_mg)


@dataclass(frozen=True, slots=True)
class AsMoiety:
    """What is stated of a drug's active moiety and holds for the drug, through one statement and without copies.

    Attributes:
        kinds: Second parts of the ids of the statements that hold, for example ``triage``.
        through: The statement by which they hold.
        but_not: Those of them that do not hold, by id.
    """

    kinds: tuple[str, ...]
    through: str
    but_not: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class DrugIdentity:
    """Who a drug is.

    Attributes:
        inn: International nonproprietary name, lower case.
        label: As shown.
        abbreviation: WHO abbreviation.
        who_group: WHO group.
        synonyms: Other names and brands.
        atc: ATC code.
        rxnorm: RxNorm ingredient code; empty where RxNorm has none.
        unii: FDA substance code.
        snomed: SNOMED CT substance code.
        moiety: The active moiety, where it differs from the drug (terizidone: cycloserine).
        look_alikes: Names that must never be taken for it.
        forms: Dosage forms and strengths.
        sources: Source of each field, by field name.
        file: The file it stands in.
        as_moiety: What of the moiety's statements holds for the drug; None where nothing does.
    """

    inn: str
    label: str
    abbreviation: str
    who_group: str
    synonyms: tuple[str, ...]
    atc: str
    rxnorm: str
    unii: str
    snomed: str
    moiety: str
    look_alikes: tuple[str, ...]
    forms: tuple[DosageForm, ...]
    sources: Mapping[str, str]
    file: str
    as_moiety: AsMoiety | None = None


@dataclass(frozen=True, slots=True)
class MonitoringTest:
    """A test of monitoring: what it is made of, and which results answer it.

    Attributes:
        id: Its name, as statements write it.
        parts: Tests that it is made of, where it is several at once; else empty.
        answered_by: Groups of facts: it is done when each group has a result of one of its facts.
        beside: Facts that are measured with it and do not make it done.
        shown_in: Another unit in which laboratories give a fact, by fact.
        interpretation: Our reading of what answers it; empty where there is none.
    """

    id: str
    parts: tuple[str, ...] = ()
    answered_by: tuple[tuple[str, ...], ...] = ()
    beside: tuple[str, ...] = ()
    shown_in: Mapping[str, str] = field(default_factory=dict)
    interpretation: str = ""

    @property
    def facts(self) -> tuple[str, ...]:
        """Return every fact of it, each once."""
        return tuple(dict.fromkeys((*(name for group in self.answered_by for name in group), *self.beside)))


@dataclass(frozen=True, slots=True)
class Point:
    """A matter on which sources differ, and which source leads it in a profile in place of the strictest."""

    id: str
    leads: Mapping[str, str]
    because: str


@dataclass(frozen=True, slots=True)
class Profile:
    """A setting of sources: ``us`` or ``who``."""

    id: str
    label: str
    because: str


@dataclass(frozen=True, slots=True)
class Lasting:
    """How long a medicine is read to be taken after an act that is completed.

    Attributes:
        surely_days: Days for which it counts as taken now.
        perhaps_days: Days for which it may be taken, where the record says nothing of a supply.
        after_supply_days: Days for which it may be taken after its supply has run out.
    """

    surely_days: int
    perhaps_days: int
    after_supply_days: int


@dataclass(frozen=True, slots=True)
class ResourceReading:
    """How one kind of FHIR resource is read.

    Attributes:
        resource: Its type.
        dates: Elements that date it, first found wins.
        statuses: For each status element, what its codes mean (``stated``, ``past``, ``unsure``, ``no``, ``ignore``,
            ``now``, ``maybe``, ``done``); the key ``missing`` is for absence.
        ignored: Why it is ignored on purpose; empty when it is read.
        lasts: Of a medicine: how long its completed act is read to last; None for every other resource.
    """

    resource: str
    dates: tuple[str, ...]
    statuses: Mapping[str, Mapping[str, str]]
    ignored: str
    lasts: Lasting | None = None
