"""One card a mechanism: a harm is said once, with every drug that shares it."""

from fullcourse.clinical import Decision, Do, Finding, Management, Override, Severity, Status
from fullcourse.screening.cards import cards_of, strictest_first
from fullcourse.screening.decision import known_of, open_of, weighed
from fullcourse.screening.screen import DrugCheck


def finding(name, severity=Severity.MAJOR, mechanism="", do=None, status=Status.APPLIES, **more):
    management = Management(do, f"Do {name}.") if do else None
    parts = (name, "interaction", status, severity, severity, f"About {name}.", "", (), (), ())
    comes_to = weighed(severity, forbids=management is not None and management.forbids)
    return Finding(*parts, management=management, mechanism=mechanism, comes_to=comes_to, **more)


def check(drug, *findings):
    return DrugCheck(drug, known_of(findings), open_of(findings), findings)


def names(card):
    return [(drug, entry.id) for drug, entry in card.entries]


def test_findings_of_one_mechanism_are_one_card_with_all_their_drugs_and_that_of_the_regimen():
    pair = finding("a.x.pair", mechanism="qt", do=Do.MONITOR)
    (card,) = cards_of(
        [check("a", pair, finding("a.x.third", Severity.MODERATE, "qt")), check("b", pair)],
        [finding("regimen.company.three", mechanism="qt")],
    )
    assert (card.mechanism, card.severity, card.drugs) == ("qt", Severity.MAJOR, ("a", "b"))
    assert names(card) == [("a", "a.x.pair"), ("", "regimen.company.three"), ("a", "a.x.third")]


def test_what_has_no_mechanism_stands_for_itself_and_once_for_both_drugs_of_a_pair():
    pair, other = finding("a.x.pair"), finding("a.x.other")
    first, second = cards_of([check("a", pair, other), check("b", pair)])
    assert (names(first), first.drugs) == ([("a", "a.x.pair")], ("a", "b"))
    assert (names(second), second.drugs) == ([("a", "a.x.other")], ("a",))


def test_what_is_avoided_comes_before_what_is_only_more_serious_and_leads_its_card():
    serious = finding("a.x.serious", Severity.MAJOR, "qt", Do.MONITOR)
    avoided = finding("a.x.avoided", Severity.MODERATE, "qt", Do.AVOID)
    forbidden = finding("a.x.forbidden", Severity.CONTRAINDICATED)
    first, second = cards_of([check("a", serious, avoided, forbidden)])
    assert names(first) == [("a", "a.x.forbidden")]
    assert (second.comes_to, second.severity) == (Decision.AVOID, Severity.MAJOR)
    assert names(second) == [("a", "a.x.avoided"), ("a", "a.x.serious")]


def test_what_does_not_count_is_no_card():
    override = Override("a.x.y", "benefit outweighs", "", None)
    assert (
        cards_of(
            [
                check(
                    "a",
                    finding("a.x.remark", Severity.INFO),
                    finding("a.x.other-source", leads=False),
                    finding("a.x.overridden", override=override),
                    finding("a.x.open", status=Status.CANNOT_ASSESS),
                    finding("a.x.no", status=Status.DOES_NOT_APPLY),
                )
            ]
        )
        == ()
    )


def test_the_strictest_first_holds_each_finding_that_counts_once_in_the_order_of_the_cards():
    watched = finding("a.x.watched", Severity.MAJOR, do=Do.MONITOR)
    avoided = finding("a.x.avoided", Severity.MODERATE, do=Do.AVOID)
    remark, open_ = finding("a.x.remark", Severity.INFO), finding("a.x.open", status=Status.CANNOT_ASSESS)
    found = strictest_first([remark, watched, avoided, open_, watched])
    assert [it.id for it in found] == ["a.x.avoided", "a.x.watched"]


def test_of_findings_that_are_alike_in_rank_the_one_that_says_what_to_do_comes_first():
    silent, told = finding("a.x.a", Severity.MAJOR), finding("a.x.b", Severity.MAJOR, do=Do.MONITOR)
    assert [it.id for it in strictest_first([silent, told])] == ["a.x.b", "a.x.a"]
