"""From tables to the vocabulary: sources, facts, classes, drugs, points, profiles, and how records are read."""

from collections.abc import Mapping, Sequence

from fullcourse.clinical.citation import Source
from fullcourse.clinical.errors import Fault
from fullcourse.clinical.units import find_unit
from fullcourse.knowledge.tables import Table
from fullcourse.knowledge.vocabulary import (
    Answer,
    AskGroup,
    AsMoiety,
    DosageForm,
    DrugIdentity,
    FactDefinition,
    Found,
    Lasting,
    MedicineClass,
    MonitoringTest,
    OtherMatter,
    Point,
    Profile,
    ResourceReading,
    SpeaksOf,
)

__all__ = ["read_class", "read_drug", "read_fact", "read_group", "read_other_matter", "read_point", "read_profile",
           "read_resource", "read_source", "read_test"]  # fmt: skip

_KINDS = ("history", "state", "number", "choice", "date", "given")
_LISTS = ("problems", "medicines", "allergies")
_RESOURCES = (
    "AllergyIntolerance",
    "Condition",
    "List",
    "MedicationRequest.reasonCode",
    "Observation",
    "Patient",
    "Procedure",
    "Section",
)

_LISTED = ("AllergyIntolerance", "Condition", "Procedure")


def read_source(row: object, file: str, faults: list[Fault]) -> Source:
    """Read one ``[[source]]``."""
    table = _table(row, file, faults)
    source = Source(
        id=table.text("id"),
        title=table.text("title"),
        issuer=table.text("issuer"),
        dated=table.text("dated", required=False),
        address=table.text("address"),
        tier=table.choice("tier", ("A", "B", "C")),
        read_as=table.text("read_as", required=False),
    )
    table.done()
    return source


def read_fact(row: object, file: str, faults: list[Fault]) -> tuple[FactDefinition, Mapping[str, Sequence[object]]]:
    """Read one ``[[fact]]``; its conditions are returned beside it by their key, since they may name any other fact."""
    table = _table(row, file, faults)
    kind, derived, unit = table.choice("kind", _KINDS), table.text("derived", required=False), table.text(
        "unit", required=False
    )  # fmt: skip
    asked = kind != "given" and not derived and table.has("ask_patient")
    conditions = {key: table.rows(key) for key in ("never_when", "shown_by")}
    name, label = table.text("id"), table.text("label")
    codes, names = _codes(table, "codes"), table.texts("names")
    table.text("molar_mass_from", required=table.has("molar_mass"))
    table.text("shown_by_from", required=table.has("shown_by"))
    fact = FactDefinition(
        id=name,
        kind=kind,
        label=label,
        plain=table.text("plain", required=False) or label,
        unit=unit,
        plausible=_plausible(table),
        valid_days=table.whole("valid_days"),
        listed_in=table.choice("listed_in", _LISTS, required=False),
        derived=derived,
        molar_mass_g_per_mol=table.number("molar_mass"),
        values=table.texts("values"),
        never_when=(),
        found=(*_implied(codes, names), *(_found(table.inner(way)) for way in table.rows("found"))),
        codes_from=table.text("codes_from", required=bool(codes)),
        ask_patient=table.text("ask_patient", required=asked),
        ask_clinician=table.text("ask_clinician", required=asked),
        ask_below_patient=table.text("ask_below_patient", required=False),
        ask_below_clinician=table.text("ask_below_clinician", required=False),
        ask_group=table.text("ask_group", required=asked),
        speaks_of=_speaks_of(table),
        charge=table.whole("charge"),
        spoken_as=tuple(word.casefold() for word in table.texts("spoken_as")),
        unless=tuple(word.casefold() for word in table.texts("unless")),
        beside=table.text("beside", required=False),
        upper_limit=table.text("upper_limit", required=False),
    )
    if kind == "number" and find_unit(unit) is None:
        table.fault(f"unit '{unit}' is not in the table of units", "Use a UCUM code of clinical/units.py.")
    if kind == "choice" and not fact.values:
        table.fault("a choice needs its words", 'Add values = ["a", "b"].')
    table.done()
    return fact, conditions


def read_group(row: object, file: str, faults: list[Fault]) -> AskGroup:
    """Read one ``[[group]]`` of questions."""
    table = _table(row, file, faults)
    order = table.number("order")
    within = table.text("within", required=False)
    group = AskGroup(table.text("id"), table.text("ask_patient"), table.text("ask_clinician"), int(order or 0), within)
    table.done()
    return group


def read_test(row: object, file: str, faults: list[Fault]) -> MonitoringTest:
    """Read one ``[[test]]``: what a test of monitoring is made of, and which results answer it."""
    table = _table(row, file, faults)
    groups = tuple(
        tuple(str(name) for name in group) if isinstance(group, list) else (str(group),)
        for group in table.rows("answered_by")
    )
    test = MonitoringTest(
        id=table.text("id"),
        parts=table.texts("parts"),
        answered_by=groups,
        beside=table.texts("beside"),
        shown_in={str(fact): str(unit) for fact, unit in table.mapping("shown_in").items()},
        interpretation=table.text("interpretation", required=False),
    )
    if test.parts and test.facts:
        table.fault("it has parts and facts", "A test that is made of others is answered by theirs: keep one.")
    table.done()
    return test


def read_other_matter(row: object, file: str, faults: list[Fault]) -> OtherMatter:
    """Read one ``[[other_matter]]``."""
    table = _table(row, file, faults)
    matter = OtherMatter(
        id=table.text("id"),
        label=table.text("label"),
        resource=table.choice("resource", _LISTED),
        codes=_codes(table, "codes"),
        source=table.text("source"),
    )
    if not matter.codes:
        table.fault("it has no codes", 'Add codes = { snomed = ["..."] }; words alone settle nothing.')
    table.done()
    return matter


def read_class(row: object, file: str, faults: list[Fault]) -> MedicineClass:
    """Read one ``[[class]]``."""
    table = _table(row, file, faults)
    name = table.text("id")
    read = MedicineClass(
        id=name,
        label=table.text("label", required=False) or name.removeprefix("class.").replace("_", " "),
        atc=table.texts("atc"),
        ingredients=table.texts("ingredients"),
        rxnorm=table.texts("rxnorm"),
        names=table.texts("names"),
        source=table.text("source"),
    )
    if not name.startswith("class."):
        table.fault(f"class id '{name}' must begin with 'class.'", "Rename it.")
    table.done()
    return read


def read_drug(row: object, file: str, faults: list[Fault]) -> DrugIdentity:
    """Read the ``[drug]`` of a drug file."""
    table = Table(row, file, "drug", faults)
    sources = table.mapping("sources")
    drug = DrugIdentity(
        inn=table.text("inn"),
        label=table.text("label"),
        abbreviation=table.text("abbreviation", required=False),
        who_group=table.text("who_group", required=False),
        synonyms=table.texts("synonyms"),
        atc=table.text("atc", required=False),
        rxnorm=table.text("rxnorm", required=False),
        unii=table.text("unii", required=False),
        snomed=table.text("snomed", required=False),
        moiety=table.text("moiety", required=False),
        look_alikes=table.texts("look_alikes"),
        forms=tuple(_form(table.inner(row)) for row in table.rows("forms")),
        sources={str(key): str(value) for key, value in sources.items()},
        file=file,
        as_moiety=_as_moiety(table),
    )
    for system in ("atc", "rxnorm", "snomed"):
        code = getattr(drug, system)
        if code and system not in drug.sources:
            table.fault(f"'{system}' has no source", f'Add it to sources = {{ {system} = "..." }}.')
    table.done()
    return drug


def _as_moiety(table: Table) -> AsMoiety | None:
    """Read ``{ kinds = ["triage"], through = "...", but_not = [...] }``."""
    if not table.has("as_moiety"):
        return None
    inner = table.inner(table.raw("as_moiety"))
    read = AsMoiety(inner.texts("kinds"), inner.text("through"), inner.texts("but_not"))
    inner.done()
    return read


def read_point(row: object, file: str, faults: list[Fault]) -> Point:
    """Read one ``[[point]]``."""
    table = _table(row, file, faults)
    leads = {str(key): str(value) for key, value in table.mapping("leads").items()}
    point = Point(table.text("id"), leads, table.text("because"))
    table.done()
    return point


def read_profile(row: object, file: str, faults: list[Fault]) -> Profile:
    """Read one ``[[profile]]``."""
    table = _table(row, file, faults)
    profile = Profile(table.text("id"), table.text("label"), table.text("because"))
    table.done()
    return profile


def read_resource(row: object, file: str, faults: list[Fault]) -> ResourceReading:
    """Read one ``[[resource]]``: how one kind of FHIR resource is read."""
    table = Table(row, file, str(row.get("type", "?")) if isinstance(row, Mapping) else "?", faults)
    statuses = {
        str(element): {str(code): str(meaning) for code, meaning in meanings.items()}
        for element, meanings in table.mapping("status").items()
        if isinstance(meanings, Mapping)
    }
    ignored, lasts = table.text("ignored", required=False), table.mapping("lasts")
    lasting = _lasting(table.inner(lasts)) if lasts else None
    reading = ResourceReading(table.text("type"), table.texts("dates"), statuses, ignored, lasting)
    table.done()
    return reading


def _lasting(table: Table) -> Lasting:
    """Read how long a completed act lasts; whole days, none of them negative."""

    def days(key: str) -> int:
        value = table.raw(key)
        if isinstance(value, int) and not isinstance(value, bool) and value >= 0:
            return value
        table.fault(f"'{key}' must be a whole number of days, not {value!r}", "Write for example 31.")
        return 0

    lasting = Lasting(days("surely_days"), days("perhaps_days"), days("after_supply_days"))
    table.done()
    return lasting


def _table(row: object, file: str, faults: list[Fault]) -> Table:
    return Table(row, file, str(row.get("id", "?")) if isinstance(row, Mapping) else "?", faults)


def _plausible(table: Table) -> tuple[float, float] | None:
    value = table.raw("plausible")
    if value is None:
        return None
    match value:
        case [int() | float() as low, int() | float() as high] if low < high:
            return float(low), float(high)
    table.fault(f"'plausible' must be [lowest, highest], not {value!r}", "Correct it.")
    return None


def _speaks_of(table: Table) -> SpeaksOf | None:
    """Read which drugs a result of susceptibility is about; its words must be words of the choice, each in one list."""
    row = table.raw("speaks_of")
    if row is None:
        return None
    inner = table.inner(row)
    speaks_of = SpeaksOf(inner.texts("drugs"), inner.texts("susceptible"), inner.texts("resistant"))
    inner.done()
    words = (*speaks_of.susceptible, *speaks_of.resistant)
    if not speaks_of.drugs or not speaks_of.resistant:
        inner.fault("'speaks_of' names no drug, or no word for resistance", "Add drugs = [...] and resistant = [...].")
    if unknown := sorted(set(words) - set(table.texts("values"))):
        inner.fault(f"'speaks_of' has words that are no values of the fact: {', '.join(unknown)}", "Use its values.")
    if len(set(words)) < len(words):
        inner.fault("a word stands twice in 'speaks_of'", "A word shows susceptible or resistant, never both.")
    return speaks_of


def _codes(table: Table, key: str) -> dict[str, tuple[str, ...]]:
    codes: dict[str, tuple[str, ...]] = {}
    for system, listed in table.mapping(key).items():
        if not isinstance(listed, list) or not all(isinstance(code, str) for code in listed):
            table.fault(f"codes of '{system}' must be a list of texts", 'Write { snomed = ["..."] }.')
            continue
        if listed:
            codes[system] = tuple(listed)
    return codes


def _implied(codes: Mapping[str, tuple[str, ...]], names: tuple[str, ...]) -> tuple[Found, ...]:
    """Return where plain ``codes`` are looked for: LOINC in Observations, diagnoses in Conditions."""
    diagnoses = {system: listed for system, listed in codes.items() if system != "loinc"}
    ways = []
    if diagnoses or names:
        ways.append(Found("Condition", diagnoses, tuple(name.casefold() for name in names)))
    if "loinc" in codes:
        ways.append(Found("Observation", {"loinc": codes["loinc"]}))
    return tuple(ways)


def _found(table: Table) -> Found:
    value = table.raw("value")
    way = Found(
        resource=table.choice("in", _RESOURCES),
        codes=_codes(table, "codes"),
        names=tuple(name.casefold() for name in table.texts("names")),
        ingredients=table.texts("ingredients"),
        field=table.text("field", required=False),
        answers=tuple(_answer(table.inner(row)) for row in table.rows("answers")),
        value=value if isinstance(value, bool | str) else True,
    )
    table.done()
    return way


def _answer(table: Table) -> Answer:
    value = table.raw("value")
    if not isinstance(value, bool | str):
        table.fault("an answer needs a value", "Add value = true, false or a word of the choice.")
        value = False
    answer = Answer(value, _codes(table, "codes"), tuple(name.casefold() for name in table.texts("names")))
    table.done()
    return answer


def _form(table: Table) -> DosageForm:
    """Read ``{ form = "capsule", strength_mg = 250, source = ... }``."""
    beside = table.inner(table.mapping("with_mg"))
    form = DosageForm(
        form=table.text("form"),
        source=table.text("source"),
        strength_mg=table.number("strength_mg"),
        strength_mg_per_ml=table.number("strength_mg_per_ml"),
        with_mg=tuple((name, beside.number(name) or 0.0) for name in beside.names),
    )
    strengths = [form.strength_mg, form.strength_mg_per_ml, *(mg for _, mg in form.with_mg)]
    if any(strength is not None and not strength > 0.0 for strength in strengths):
        table.fault(f"form '{form.form}' has a strength that is not above 0", "Correct it.")
    table.done("a dosage form")
    return form
