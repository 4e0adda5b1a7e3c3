"""A response in the codes of yes and no that other systems use; the rest is tested with the questionnaire."""

from fullcourse.adapters.fhir.read.questionnaire_response import read_response
from fullcourse.adapters.triage.questions import read_questions
from fullcourse.triage.report import Heard
from unit.adapters.fhir.write.test_questionnaire import coded, response

YES_NO = "http://terminology.hl7.org/CodeSystem/v2-0136"


def test_the_yes_and_no_of_hl7_are_understood() -> None:
    data = response(coded("symptom_rash", "Y", YES_NO), coded("symptom_fever", "N", YES_NO))
    symptoms, unread = read_response(data, read_questions())
    assert dict(symptoms) == {"symptom_rash": Heard.YES, "symptom_fever": Heard.NO}
    assert unread == ()
