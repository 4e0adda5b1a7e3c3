"""WHO's decision tables D9 and D10 as the kit has them, faults and all, written again as an oracle; and its patients.

The rules are restated by their ids (smart-dak-tb v1.0.0, workbooks of 2024). All rules that match fire. A man, whose
pregnancy, breast-feeding and contraception the kit never asks, counts as satisfying them: taken literally, no man
would get BPaLM.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import product

__all__ = ["Case", "cases_of_d9", "cases_of_d10", "d9", "d10"]

NOT_IN_LUNG = ("node", "meningitis", "other_cns", "bone", "pericardium", "pleura", "miliary")


@dataclass(frozen=True)
class Case:
    """One patient of the grid; None is not known.

    Attributes:
        age_months: Age.
        pulmonary: Whether the lungs are affected.
        site: One further site, or ``none``.
        severe: As WHO defines it.
        extensive: As WHO defines it.
        pneumonia: Severe acute pneumonia.
        wasting: Severe wasting.
        weight_kg: Body weight.
        bmi: Body mass index.
        years_since: Years since the last treatment; None for never treated.
        state: ``none``, ``man``, ``pregnant``, ``breastfeeding``, ``postpartum``, ``pregnancy unknown``,
            ``postpartum unknown``.
        cd4: ``negative``, ``99``, ``100``, ``missing`` (with HIV), ``unknown`` (HIV itself).
        isoniazid: ``susceptible`` or ``resistant``.
        fluoroquinolone: ``susceptible``, ``resistant`` or ``unknown``.
        allergy: Drug or class that the patient is allergic to; empty for none.
        resistant_to: A further drug shown resistant; empty for none.
        contraception: Used or willing.
    """

    age_months: int = 480
    pulmonary: bool = True
    site: str = "none"
    severe: bool = False
    extensive: bool = False
    pneumonia: bool = False
    wasting: bool = False
    weight_kg: float = 60.0
    bmi: float = 20.0
    years_since: float | None = None
    state: str = "none"
    cd4: str = "negative"
    isoniazid: str = "susceptible"
    fluoroquinolone: str = "susceptible"
    allergy: str = ""
    resistant_to: str = ""
    contraception: bool = True

    @property
    def years(self) -> int:
        return self.age_months // 12

    @property
    def extrapulmonary(self) -> bool:
        return self.site not in {"none", "miliary"}


Fired = dict[str, set[str]]
"""Regimens proposed, each with the rules that propose it."""


def _add(fired: Fired, rule: str, *regimens: str) -> None:
    for regimen in regimens:
        fired.setdefault(regimen, set()).add(rule)


def d9(case: Case) -> Fired:
    """Return what table D9 proposes for rifampicin-susceptible disease."""
    fired: Fired = {}
    if case.isoniazid == "resistant":
        # .93 cannot fire: what it asks is collected for other types of disease only (L9).
        if case.fluoroquinolone == "resistant":
            _add(fired, ".92", "who-6hrez")
        else:
            _add(fired, ".94", "who-6hrez-lfx")
        return fired
    if case.state == "postpartum unknown" and case.years >= 12 and case.weight_kg >= 40:
        return fired  # L8: no rule at all
    _by_age(case, fired)
    _by_site(case, fired)
    if case.years >= 12 and case.pulmonary and _may_have_hpmz(case):
        _add(fired, ".28-.85", "who-2hpmz-2hpm")
    return fired


def _may_have_hpmz(case: Case) -> bool:
    return case.weight_kg >= 40 and case.state not in {"pregnant", "breastfeeding", "postpartum"} and case.cd4 != "99"


def _by_age(case: Case, fired: Fired) -> None:
    lung, node, years = case.pulmonary, case.site == "node", case.years
    recent = case.years_since is not None and case.years_since <= 2
    if case.age_months < 3:
        if lung:
            _add(fired, ".01", "who-2hrz-e-4hr")
        if node:
            _add(fired, ".02", "who-2hrz-e-4hr")
    elif years < 12:
        _young(case, fired, recent=recent)
    elif years < 16:
        thin = case.bmi < 16
        if lung and case.severe:
            _add(fired, ".60-.70", "who-2hrze-4hr")
        if lung and (recent or thin):
            _add(fired, ".18-.59", "who-2hrz-e-4hr")
        elif lung and not case.severe:
            _add(fired, ".16-.57", "who-2hrz-e-2hr")
        if node:
            _add(fired, ".71-.74", "who-2hrz-e-4hr" if recent or thin else "who-2hrz-e-2hr")
    else:
        if lung:
            _add(fired, ".75-.85", "who-2hrze-4hr")
        if node and years < 20:
            _add(fired, ".86", "who-2hrz-e-4hr")


def _young(case: Case, fired: Fired, *, recent: bool) -> None:
    lung, node = case.pulmonary, case.site == "node"
    light = case.weight_kg <= 3
    fits = not (case.pneumonia or case.wasting or light or recent)
    for affected, rules in (
        (lung, (".03", ".04 .06", ".05", ".07", ".08")),
        (node, (".10", ".11 .13", ".12", ".14", ".15")),
    ):
        if not affected:
            continue
        if case.pneumonia:
            _add(fired, rules[0], "who-2hrze-4hr")
        if fits and (node or not case.severe) and (rules[0] == ".10" or not case.severe):
            _add(fired, rules[1], "who-2hrz-e-2hr")
        for holds, rule in ((recent, rules[2]), (case.wasting, rules[3]), (light, rules[4])):
            if holds:
                _add(fired, rule, "who-2hrz-e-4hr")
    if lung and case.severe:
        _add(fired, ".09", "who-2hrze-4hr")


def _by_site(case: Case, fired: Fired) -> None:
    if case.years < 20:
        if case.site == "meningitis":
            _add(fired, ".87", "who-2hrze-10hr", "who-6hrzeto")
        elif case.site == "other_cns":
            _add(fired, ".88", "who-2hrze-10hr")
        elif case.site == "bone":
            _add(fired, ".89", "who-2hrze-10hr")
        elif case.site in {"pericardium", "pleura"}:
            _add(fired, ".90", "who-2hrze-4hr")
    elif case.extrapulmonary:
        _add(fired, ".91", "who-2hrze-4hr")


NINE = ("who-9-month-linezolid", "who-9-month-ethionamide")


def d10(case: Case) -> Fired:
    """Return what table D10 proposes for rifampicin-resistant disease."""
    fired: Fired = {}
    nine_resistance = case.resistant_to == "clofazimine"
    fq = case.fluoroquinolone
    if case.years < 14:
        _children(case, fired, nine_resistance=nine_resistance)
        return fired
    man = case.state == "man"
    bpal_barred = bool(case.allergy) or case.resistant_to in {"bedaquiline", "linezolid", "pretomanid"}
    barred = {
        "allergy": bpal_barred,
        "breastfeeding": case.state == "breastfeeding",
        "contraception": not man and not case.contraception,
        "pregnant": case.state == "pregnant",
    }
    bpal = "who-bpalm" if fq != "resistant" else "who-bpal"
    excluded = case.site in {"meningitis", "other_cns", "bone", "miliary"}
    if excluded:
        _add(fired, ".24", "who-longer")
    if not any(barred.values()):
        for affected, rules in (
            (case.pulmonary, (".19", ".40", ".38")),
            (case.extrapulmonary and not excluded, (".32", ".41", ".39")),
        ):
            if affected:
                rule = rules[("susceptible", "unknown", "resistant").index(fq)]
                _add(fired, rule, bpal, "who-longer", *(NINE[:1] if fq == "susceptible" else ()))
    for place, (reason, holds) in enumerate(barred.items()):
        if holds:
            _barred(case, fired, place, reason, nine_resistance=nine_resistance)
    return fired


def _barred(case: Case, fired: Fired, place: int, reason: str, *, nine_resistance: bool) -> None:
    """Apply the rules for whoever cannot have BPaL(M), for one reason."""
    variants = NINE[:1] if reason == "pregnant" else NINE
    lung = (".07", ".11", ".15", ".20")[place]
    elsewhere = (".29", ".30", ".31", ".33")[place]
    if case.fluoroquinolone != "susceptible":
        _add(fired, (".34", ".35", ".36", ".37")[place], "who-longer")
        return
    if case.pulmonary:
        if case.extensive:
            _add(fired, (".08", ".12", ".16", ".21")[place], "who-longer")
        if case.severe:
            _add(fired, (".09", ".13", ".17", ".22")[place], "who-longer")
        if nine_resistance:
            _add(fired, (".10", ".14", ".18", ".23")[place], "who-longer")
        if not (case.extensive or case.severe or nine_resistance):
            _add(fired, lung, *variants)
    if case.extrapulmonary:
        if case.site == "pericardium":
            _add(fired, (".25", ".26", ".27", ".28")[place], "who-longer")
        elif case.site in {"node", "pleura"}:
            if nine_resistance:
                _add(fired, (".10", ".14", ".18", ".23")[place], "who-longer")
            elif case.severe and elsewhere in {".29", ".30"}:
                _add(fired, (".09", ".13")[place], "who-longer")
            else:
                _add(fired, elsewhere, *variants)
                if case.severe:
                    _add(fired, (".09", ".13", ".17", ".22")[place], "who-longer")


def _children(case: Case, fired: Fired, *, nine_resistance: bool) -> None:
    barred = False
    if nine_resistance:
        _add(fired, ".02", "who-longer")
        barred = True
    if case.pulmonary and case.extensive:
        _add(fired, ".03", "who-longer")
        barred = not case.extrapulmonary or barred
    if case.severe:
        _add(fired, ".05", "who-longer")
        barred = True
    if case.fluoroquinolone != "susceptible":
        _add(fired, ".06", "who-longer")
        barred = True
    if barred:
        return
    if case.pulmonary and not case.extensive:
        _add(fired, ".01", *NINE)
    if case.extrapulmonary:
        _add(fired, ".04", *NINE)


def cases_of_d9() -> Iterator[Case]:
    """Yield the grid of table D9: every combination of what the table asks, at the edges of each number."""
    ages = (2, 3, 143, 144, 191, 192, 239, 240)
    for age, lung, site, severe in product(ages, (True, False), ("none", *NOT_IN_LUNG[:-1]), (False, True)):
        if not lung and site == "none":
            continue
        base = Case(age_months=age, pulmonary=lung, site=site, severe=severe, weight_kg=5.0 if age < 143 else 45.0)
        yield base
        for years in (2.0, 2.1):
            yield replace(base, years_since=years)
        if age < 144:
            yield from (replace(base, pneumonia=True), replace(base, wasting=True), replace(base, weight_kg=3.0))
            yield replace(base, pneumonia=True, years_since=1.0)
        else:
            yield from (replace(base, bmi=15.9), replace(base, bmi=16.0))
            yield from (replace(base, weight_kg=kg) for kg in (39.9, 40.0))
            yield from (replace(base, cd4=cd4) for cd4 in ("99", "100", "missing", "unknown"))
            for state in ("man", "pregnant", "breastfeeding", "postpartum", "pregnancy unknown", "postpartum unknown"):
                yield replace(base, state=state)
            yield replace(base, fluoroquinolone="resistant")
        for fluoroquinolone in ("susceptible", "unknown", "resistant"):
            yield replace(base, isoniazid="resistant", fluoroquinolone=fluoroquinolone)
        yield replace(base, isoniazid="resistant", fluoroquinolone="unknown", allergy="fluoroquinolone")


def cases_of_d10() -> Iterator[Case]:
    """Yield the grid of table D10."""
    states = ("none", "man", "pregnant", "breastfeeding", "pregnancy unknown")
    for age, lung, site, severe, extensive, fluoroquinolone, state in product(
        (167, 168),
        (True, False),
        ("none", *NOT_IN_LUNG),
        (False, True),
        (False, True),
        ("susceptible", "unknown", "resistant"),
        states,
    ):
        if (not lung and site in {"none", "miliary"}) or (extensive and not lung):
            continue
        base = Case(
            age_months=age,
            pulmonary=lung,
            site=site,
            severe=severe,
            extensive=extensive,
            fluoroquinolone=fluoroquinolone,
            state=state,
        )
        yield base
        yield replace(base, resistant_to="clofazimine")
        yield replace(base, contraception=False)
        yield from (replace(base, allergy=name) for name in ("bedaquiline", "linezolid", "nitroimidazole"))
        yield from (replace(base, resistant_to=name) for name in ("linezolid", "pretomanid"))
