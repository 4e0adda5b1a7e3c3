"""What holds for drugs taken together: judged over the drugs that are ordered, never for one drug alone."""

from fullcourse.clinical.fact import Evidence, Fact
from fullcourse.clinical.finding import Finding
from fullcourse.clinical.patient import Patient, Taken
from fullcourse.clinical.quantity import exactly
from fullcourse.screening.screen import Screener

__all__ = ["TB_DRUGS", "company_findings"]

TB_DRUGS = "class.tb_drugs"
"""The class whose members make a regimen."""

_COUNT = "effective_drugs_in_regimen"


def company_findings(screener: Screener, patient: Patient) -> list[Finding]:
    """Return the findings on the TB drugs that a record orders together.

    Drugs of one active moiety count as one. A drug to which resistance has been shown does not count.
    """
    knowledge = screener.knowledge
    counted: dict[str, Evidence] = {}
    for medicine in patient.medicines:
        if medicine.taken is not Taken.NOW:
            continue
        for ingredient in medicine.ingredients:
            if not knowledge.in_class(ingredient, {}, TB_DRUGS):
                continue
            drug = knowledge.drugs.get(ingredient)
            moiety = (drug.moiety if drug else "") or ingredient
            resistance = patient.facts.get(f"{moiety}_susceptibility")
            if resistance is None or resistance.value != "resistant":
                counted.setdefault(moiety, Evidence(_COUNT, None, medicine.since, medicine.origin, medicine.name))
    number = Fact(_COUNT, exactly(len(counted)), "", tuple(counted.values()))
    return screener.company(patient, knowledge.statements.values(), {_COUNT: number})
