"""A label beside our statements: what stands where, what the label lacks, and what nobody cites."""

from pathlib import Path

import pytest

from fullcourse.adapters.documents.labels.comparison import compare
from fullcourse.adapters.documents.labels.comparison_page import comparison_html, comparison_text
from fullcourse.adapters.documents.labels.spl import Label, LabelSection, open_label
from fullcourse.adapters.published.comparison import comparison_json
from fullcourse.clinical import InputError
from patients import knowledge
from small_knowledge import small

DATA = Path(__file__).parents[4] / "data" / "spl"
SOURCE = '[[source]]\nid = "us-label-exampline"\ntitle = "T"\nissuer = "I"\naddress = "a"\ntier = "B"\n'


def cites(*citations: str, source: str = "us-label-exampline") -> str:
    drug = '[drug]\ninn = "exampline"\nlabel = "Exampline"\n'
    return drug + "".join(
        f'[[statement]]\nid = "exampline.caution.s{number}"\npoint = "p{number}"\nsource = "{source}"\n'
        f'section = "{citation}"\nsays = "Said {number}."\ntells = "x"\n'
        for number, citation in enumerate(citations)
    )


def section(title: str = "", code: str = "42229-5", number: str = "", inner=(), text=("said",)) -> LabelSection:
    return LabelSection(code, "", number, title, tuple(text), tuple(inner))


def label(*sections: LabelSection, products: tuple[str, ...] = ("Exampline",)) -> Label:
    return Label("", "", "", "", "", "", products, tuple(sections))


def compared(citations: list[str], *sections: LabelSection):
    known = small(cites(*citations), sources__more=SOURCE)
    return compare(known, known.drug("exampline"), label(*sections))


WARNINGS = section(
    "WARNINGS AND PRECAUTIONS", "43685-7", "5", [section("Heart", number="5.1"), section("Liver", number="5.2")]
)
PRECAUTIONS = section("PRECAUTIONS", "42232-9", inner=[section("Drug Interactions", "34073-7"), section("General")])
BOX = section(code="34066-1")


@pytest.mark.parametrize(
    ("citation", "found", "lacks"),
    [
        ("43685-7 Warnings and precautions", [("WARNINGS AND PRECAUTIONS", "5")], False),
        ("5", [("WARNINGS AND PRECAUTIONS", "5")], False),
        ("5.2", [("Liver", "5.2")], False),
        ("5.1; 5.2", [("Heart", "5.1"), ("Liver", "5.2")], False),
        ("5.1; 5.3", [("Heart", "5.1")], True),
        ("5.10", [], True),
        ("34070-3 Contraindications", [], True),
        ("Warnings & precautions", [("WARNINGS AND PRECAUTIONS", "5")], False),
        ("Precautions, drug interactions", [("Drug Interactions", "")], False),
        ("Precautions, pregnancy (category C)", [("PRECAUTIONS", "")], True),
        ("Precautions (November 2010)", [("PRECAUTIONS", "")], False),
        ("Boxed warning; 5.1", [("Heart", "5.1"), ("", "")], False),
        ("Somewhere", [], True),
    ],
)
def test_a_citation_finds_its_section_by_code_number_or_heading(citation, found, lacks):
    result = compared([citation], WARNINGS, PRECAUTIONS, BOX)
    at = [(it.section.title, it.section.number) for it in result.sections if it.statements]
    assert sorted(at) == sorted(found)
    assert bool(result.lacking) is lacks


def test_a_section_is_covered_by_what_stands_around_or_inside_it():
    result = compared(["5.1"], WARNINGS, PRECAUTIONS)
    assert {it.section.title: it.covered for it in result.sections} == {
        "WARNINGS AND PRECAUTIONS": True,
        "Heart": True,
        "Liver": False,
        "PRECAUTIONS": False,
        "Drug Interactions": False,
        "General": False,
    }
    assert [it.section.title for it in result.uncovered] == ["PRECAUTIONS"]
    around = compared(["5"], WARNINGS)
    assert all(it.covered for it in around.sections)


def test_an_unclassified_section_is_about_what_stands_around_it():
    result = compared(["5"], WARNINGS, PRECAUTIONS)
    assert [(it.code, it.depth) for it in result.sections] == [
        ("43685-7", 0), ("43685-7", 1), ("43685-7", 1), ("42232-9", 0), ("34073-7", 1), ("42232-9", 1),
    ]  # fmt: skip


def test_the_listing_of_products_and_empty_sections_are_left_out():
    listing, empty = section(code="48780-1"), section(code="43683-2", text=())
    assert [it.section for it in compared(["5"], listing, empty, BOX).sections] == [BOX]


def test_only_editions_of_the_label_are_compared_unless_a_source_is_named():
    known = small(cites("5", source="label"))
    drug = known.drug("exampline")
    with pytest.raises(InputError, match="--source one of: label"):
        compare(known, drug, label(WARNINGS))
    with pytest.raises(InputError, match="says nothing about Exampline"):
        compare(known, drug, label(WARNINGS), ["rumour"])
    assert compare(known, drug, label(WARNINGS), ["label"]).sections[0].statements


def test_a_label_of_another_drug_is_said_to_be_one():
    known = knowledge()
    cycloserine = known.drug("cycloserine")
    own = compare(known, cycloserine, open_label(DATA / "synthetic-cycloserine.xml"))
    other = compare(known, cycloserine, open_label(DATA / "no-title.xml"))
    assert (own.names_the_drug, other.names_the_drug) == (True, False)
    assert "ATTENTION" not in comparison_text(own, known)
    assert "ATTENTION: neither title nor products" in comparison_text(other, known)
    assert 'class="attention"' in comparison_html(other, known)


def test_every_statement_of_the_label_stands_beside_a_section_or_is_listed_as_lacking_one():
    known = knowledge()
    result = compare(known, known.drug("cycloserine"), open_label(DATA / "synthetic-cycloserine.xml"))
    placed = {it.id for row in result.sections for it in row.statements}
    wanted = {it.id for it in known.statements.values() if it.source in result.sources and it.id.startswith("cycl")}
    assert placed | {it.id for it in result.lacking} == wanted
    at = {row.section.code: [it.id for it in row.statements] for row in result.sections if row.statements}
    assert "cycloserine.contraindication.epilepsy" in at["34070-3"]
    assert "cycloserine.monitoring.level-weekly-renal" in at["34075-2"]
    assert "cycloserine.caution.liver-disease" in {it.id for it in result.lacking}
    assert "34088-5" in {row.section.code for row in result.uncovered}


def test_what_a_label_says_is_escaped_in_the_page():
    known = small(cites("5"), sources__more=SOURCE)
    evil = label(section("<script>alert(1)</script>", "43685-7", "5", text=("<img src=x onerror=alert(1)>",)))
    page = comparison_html(compare(known, known.drug("exampline"), evil), known)
    assert "<script" not in page
    assert "<img" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page


def test_the_json_holds_every_section_with_its_statements():
    known = knowledge()
    result = compare(known, known.drug("cycloserine"), open_label(DATA / "synthetic-cycloserine.xml"))
    shown = comparison_json(result, known)
    assert shown["schema"] == "fullcourse/label-comparison/1"
    assert [row["code"] for row in shown["sections"]] == [row.section.code for row in result.sections]
    assert all(it["says"] and it["section"] for row in shown["sections"] for it in row["statements"])
