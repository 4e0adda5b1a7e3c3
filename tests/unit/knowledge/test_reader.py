"""The reader takes every form of the grammar, and reports every fault of all files at once."""

from pathlib import Path

import pytest

from fullcourse.clinical import InputError, KnowledgeError, Severity
from fullcourse.knowledge.reader import (
    FOLDERS,
    HERE,
    READ_ELSEWHERE,
    build,
    digest_of,
    parse,
    read_files,
    read_knowledge,
)
from fullcourse.knowledge.statements import (
    AnyOf,
    AtLeast,
    Bands,
    FactCondition,
    FirstOf,
    Multiple,
    NotFormalised,
    Steps,
    TakingCondition,
    Tells,
    When,
)
from small_knowledge import HEAD, folder, statement


def body_of(tmp_path: Path, text: str):
    return read_knowledge(folder(tmp_path, statement(text))).statements["exampline.caution.x"].body


def faults_of(tmp_path: Path, statements: str = "", **files: str) -> list[str]:
    with pytest.raises(KnowledgeError) as caught:
        read_knowledge(folder(tmp_path, statements, **files))
    return [str(fault) for fault in caught.value.faults]


THEN = 'then = { finding = "caution", severity = "major" }'


def test_a_number_is_converted_to_the_unit_of_its_fact(tmp_path):
    body = body_of(tmp_path, 'when = [{ fact = "creatinine", above = 200, unit = "umol/L" }]\n' + THEN)
    condition = body.conditions[0]
    assert isinstance(condition, FactCondition)
    assert condition.above == pytest.approx(2.2624)


@pytest.mark.parametrize("bound", ['below = 0.25, unit = "a"', 'below = 28, unit = "d"'])
def test_an_age_in_completed_years_is_not_compared_with_a_part_of_a_year(tmp_path, bound):
    born = '[[fact]]\nid = "birth_date"\nkind = "date"\nlabel = "date of birth"\n'
    years = '[[fact]]\nid = "years"\nkind = "number"\nlabel = "age"\nunit = "a"\nderived = "age"\n'
    (fault,) = faults_of(
        tmp_path, statement(f'when = [{{ fact = "years", {bound} }}]\n' + THEN), facts__more=born + years
    )
    assert "age is in completed years" in fault


def test_any_of_at_least_and_multiples_are_read(tmp_path):
    body = body_of(
        tmp_path,
        'when = [{ any = [{ fact = "fits", is = true }, { fact = "pregnant", is = true }] },'
        ' { at_least = 2, of = [{ fact = "fits", is = true }, { taking = "class.sedatives" }] },'
        ' { fact = "alt", above = { times = 3, of = "alt_upper_limit" } }]\n' + THEN,
    )
    assert isinstance(body, When)
    either, several, multiple = body.conditions
    assert isinstance(either, AnyOf)
    assert isinstance(several, AtLeast)
    assert several.count == 2
    assert multiple.above == Multiple(3.0, "alt_upper_limit")
    assert body.then.severity is Severity.MAJOR


def test_taking_reads_window_count_and_absence(tmp_path):
    body = body_of(
        tmp_path, 'when = [{ taking = "drug.examplam", within_days = 14, at_least = 2, is = false }]\n' + THEN
    )
    assert body.conditions == (TakingCondition("drug.examplam", 14, 2, False),)


def test_an_absence_may_count_only_what_is_listed_for_certain(tmp_path):
    body = body_of(tmp_path, 'when = [{ taking = "drug.examplam", is = false, listed = true }]\n' + THEN)
    assert body.conditions == (TakingCondition("drug.examplam", expected=False, listed=True),)


def test_a_group_within_a_group_that_does_not_exist_is_a_fault(tmp_path):
    group = '[[group]]\nid = "x"\norder = 9\nwithin = "mnd"\nask_patient = "{facts}?"\nask_clinician = "{facts}?"\n'
    (fault,) = faults_of(tmp_path, facts__more=group)
    assert "group 'mnd' does not exist" in fault
    assert "Did you mean 'mind'?" in fault


def test_a_decision_table_bands_and_steps_are_read(tmp_path):
    table = body_of(
        tmp_path / "a",
        'pick = "first"\nrows = [{ when = [{ fact = "hours", at_least = 24 }], then = { missed = "take_now" } },'
        ' { when = [], then = { missed = "skip" } }]',
    )
    assert isinstance(table, FirstOf)
    assert [row.then.value for row in table.rows] == ["take_now", "skip"]
    bands = body_of(
        tmp_path / "b",
        'by = "weight"\nbands = [{ from = 24, below = 46, dose = { mg = 500 } }, { from = 46, dose = { mg = 750 } }]',
    )
    assert isinstance(bands, Bands)
    assert [(band.from_value, band.below) for band in bands.bands] == [(24, 46), (46, None)]
    steps = body_of(
        tmp_path / "c",
        'steps = [{ from_day = 1, doses = [{ at = "morning", mg = 250 }] },'
        ' { from_day = 15, doses = [{ at = "morning", mg = 500 }], when = [{ fact = "fits", is = false }] }]\n'
        "max_mg_per_day = 1000",
    )
    assert isinstance(steps, Steps)
    assert steps.max_mg_per_day == 1000
    assert len(steps.steps[1].conditions) == 1


def test_what_is_told_and_what_is_excused_are_read(tmp_path):
    assert body_of(tmp_path / "a", 'tells = "storage"') == Tells("storage")
    assert body_of(tmp_path / "b", 'not_formalised = "no number"') == NotFormalised("no number")


def test_all_faults_of_all_files_come_at_once(tmp_path):
    faults = faults_of(
        tmp_path,
        statement('when = [{ fact = "wieght", below = 30, unit = "kg" }]\n' + THEN)
        + statement('tells = "x"', name="exampline.tells.y", head=HEAD.replace('"label"', '"labl"')),
        facts__more='[[fact]]\nid = "odd"\nkind = "guess"\nlabel = "odd"\n',
    )
    text = "\n".join(faults)
    assert "fact 'wieght' is not in the vocabulary. Did you mean 'weight'?" in text
    assert "source 'labl' is not in sources/. Did you mean 'label'?" in text
    assert "facts/more.toml 'odd': 'kind' is 'guess'" in text


def test_a_statement_without_a_source_does_not_load(tmp_path):
    faults = faults_of(tmp_path, statement('tells = "x"', head=HEAD.replace('source = "label"\n', "")))
    assert any("'source' is missing" in fault for fault in faults)


@pytest.mark.parametrize(
    ("body", "fault"),
    [
        ("", "exactly one body, this has none"),
        ('tells = "x"\nnot_formalised = "y"', "exactly one body, this has tells and not_formalised"),
        ('when = [{ fact = "weight", below = 30 }]\n' + THEN, "a number of 'weight' has no unit"),
        ('when = [{ fact = "weight", below = 30, unit = "mg/dL" }]\n' + THEN, "cannot be converted"),
        ('when = [{ fact = "weight", below = 30, unit = "stone" }]\n' + THEN, "unit 'stone' is not known"),
        ('when = [{ fact = "fits", above = 1, unit = "kg" }]\n' + THEN, "not a number"),
        ('when = [{ fact = "fits" }]\n' + THEN, "makes no comparisons"),
        ('when = [{ fact = "sex", is = "mael" }]\n' + THEN, "is one of male, female"),
        ('when = [{ fact = "fits", is = true, below = 3 }]\n' + THEN, "makes 2 comparisons"),
        ('when = [{ taking = "class.x" }]\n' + THEN, "is not a class"),
        ('when = [{ taking = "exampline" }]\n' + THEN, "neither drug.x nor class.x"),
        ('when = [{ taking = "drug.x", is = "no" }]\n' + THEN, "must be true or false"),
        ('when = [{ fact = "fits", is = true, for_certain = false }]\n' + THEN, "'for_certain' is not true"),
        ('when = [{ taking = "drug.x", listed = true }]\n' + THEN, "'listed' stands beside no absence"),
        ('when = [{ taking = "drug.x", is = false, listed = false }]\n' + THEN, "'listed' stands beside no absence"),
        ("when = [{ any = [] }]\n" + THEN, "holds no condition"),
        ("when = [{ any = [{ any = [] }] }]\n" + THEN, "nest too deep"),
        ('when = [{ at_least = 3, of = [{ fact = "fits", is = true }] }]\n' + THEN, "can never hold"),
        ('when = []\nthen = { finding = "caution", severity = "grave" }', "'severity' is 'grave'"),
        ('when = []\nthen = { finding = "caution" }', "'severity' is missing"),
        ('when = []\nthen = { findng = "caution" }', "'then' has no kind"),
        ('pick = "last"\nrows = [{ when = [], then = { missed = "skip" } }]', "'pick' is 'last'"),
        ('pick = "first"\nrows = [{ then = { missed = "skip" } }]', "a row has no 'when'"),
        ('by = "fits"\nbands = [{ from = 1, dose = { mg = 1 } }]', "'fits' is not a number"),
        ('by = "weight"\nbands = [{ from = 5, below = 5, dose = { mg = 1 } }]', "is empty"),
        (
            'by = "weight"\nbands = [{ from = 1, below = 5, dose = { mg = 1 } }, { from = 4, dose = { mg = 1 } }]',
            "overlap",
        ),
        ("steps = [{ doses = [{ mg = 1 }] }]", "has no 'from_day'"),
        ("steps = [{ from_day = 1 }]", "has no doses"),
        (
            "steps = [{ from_day = 2, doses = [{ mg = 1 }] }, { from_day = 1, doses = [{ mg = 1 }] }]",
            "not in the order",
        ),
        ('tells = "x"\ncolour = "red"', "key 'colour' is not known"),
        ('tells = "x"\ncovers = ["S083"]', "covers S083"),
        ('tells = "x"\nreview = "signed"', "review is not 'unreviewed'"),
        ('when = [{ fact = "alt", above = { times = 3, of = "alt_limit" } }]\n' + THEN, "multiple of 'alt_limit'"),
        ('when = [{ fact = "alt", above = { times = 3, of = "weight" } }]\n' + THEN, "'weight' is in kg"),
    ],
)
def test_a_fault_names_statement_and_mend(tmp_path, body, fault):
    faults = faults_of(tmp_path, statement(body))
    assert any(fault in text and "drugs/exampline.toml 'exampline.caution.x'" in text for text in faults), faults


def test_tier_c_never_stands_alone_under_a_dose(tmp_path):
    weak = HEAD.replace('"label"', '"rumour"')
    faults = faults_of(
        tmp_path / "a", statement("when = []\nthen = { dose = [{ mg = 250, every_h = 12 }] }", head=weak)
    )
    assert "a dose rests on tier C" in faults[0]
    assert read_knowledge(folder(tmp_path / "b", statement("when = []\n" + THEN, head=weak)))


def test_an_id_stands_once_and_a_key_is_given_once(tmp_path):
    assert "stands in" in faults_of(tmp_path / "a", statement('tells = "x"') + statement('tells = "x"'))[0]
    assert "it is not TOML" in faults_of(tmp_path / "b", statement('tells = "x"\ntells = "y"'))[0]


def test_a_mistyped_code_is_a_fault(tmp_path):
    wrong = '[[fact]]\nid = "f"\nkind = "history"\nlabel = "f"\ncodes_from = "t"\ncodes = { snomed = ["84757008"] }\n'
    assert "snomed code '84757008'" in faults_of(tmp_path, facts__more=wrong)[0]


def test_a_point_is_led_only_by_a_source_that_speaks_there(tmp_path):
    text = '[[point]]\nid = "p"\nleads = { us = "rumour", eu = "label" }\nbecause = "t"\n'
    faults = faults_of(tmp_path / "a", statement('tells = "x"'), profiles__points=text)
    assert any("'rumour' says nothing at this point" in fault for fault in faults)
    assert any("profile 'eu' does not exist" in fault for fault in faults)
    weak = HEAD.replace('"label"', '"rumour"')
    faults = faults_of(
        tmp_path / "b",
        statement('tells = "x"', head=weak),
        profiles__points='[[point]]\nid = "p"\nleads = { us = "rumour" }\nbecause = "t"\n',
    )
    assert "tier C and may not lead" in faults[0]


def test_an_unknown_kind_of_table_is_a_fault(tmp_path):
    assert "tables of kind 'statment' are not known" in faults_of(tmp_path, "[[statment]]\nid = 'x'\n")[0]


def test_files_that_are_no_text_are_named(tmp_path):
    path = folder(tmp_path)
    (path / "drugs" / "bad.toml").write_bytes(b'a = "\xff"')
    with pytest.raises(KnowledgeError, match=r"drugs/bad\.toml: byte 5 is not UTF-8"):
        read_knowledge(path)


def test_the_digest_changes_with_any_byte_and_any_name(tmp_path):
    files = read_files(folder(tmp_path))
    first = digest_of(files)
    assert first == digest_of(dict(reversed(files.items())))
    assert first != digest_of({**files, "drugs/exampline.toml": files["drugs/exampline.toml"] + b"\n"})
    assert first != digest_of({**files, "drugs/other.toml": b""})


def test_every_file_beside_the_code_is_under_the_digest_whatever_its_folder():
    files = read_files()
    beside = {
        path.relative_to(HERE).as_posix()
        for path in HERE.rglob("*")
        if path.is_file() and path.suffix not in {".py", ".pyc", ".md"}
    }
    assert set(files) == beside
    assert {path.split("/")[0] for path in files} == {*FOLDERS, *READ_ELSEWHERE}


@pytest.mark.parametrize("folder_name", [*FOLDERS, *READ_ELSEWHERE])
def test_a_changed_file_of_any_folder_changes_the_digest(folder_name):
    files = read_files()
    first = digest_of(files)
    changed = [path for path in files if path.startswith(f"{folder_name}/")]
    assert changed
    assert all(digest_of({**files, path: files[path] + b"\n"}) != first for path in changed)


def test_parsed_tables_build_the_same_knowledge_again(tmp_path):
    files = read_files(folder(tmp_path, statement('tells = "x"')))
    one, other = build(parse(files), "d"), build(parse(files), "d")
    assert list(one.statements) == list(other.statements)
    assert one.facts == other.facts


def test_never_when_may_name_a_fact_that_stands_later(tmp_path):
    facts = read_knowledge(folder(tmp_path)).facts
    assert facts["pregnant"].never_when == (FactCondition("sex", "male"),)


def test_codes_and_names_say_where_a_fact_is_looked_for(tmp_path):
    facts = read_knowledge(folder(tmp_path)).facts
    assert [(found.resource, dict(found.codes), found.names) for found in facts["fits"].found] == [
        ("Condition", {"icd-10": ("G40",), "snomed": ("84757009",)}, ("epilepsy",))
    ]
    assert [found.resource for found in facts["weight"].found] == ["Observation"]


def test_a_profile_that_does_not_exist_is_named(tmp_path):
    with pytest.raises(InputError, match=r"profile 'eu' does not exist\. Use one of: us"):
        read_knowledge(folder(tmp_path)).profile("eu")


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ('codes = { snomed = ["38341004"] }', "its check digit does not fit"),
        ('codes = { snomed = ["84757009"] }', "is a code of fact 'fits' too"),
        ("codes = {}", "it has no codes"),
        ('codes = { snomed = ["38341003"] }\nsource = "nowhere"', "source 'nowhere' is not in sources/"),
        ('codes = { snomed = ["38341003"] }\nresource = "Observation"', "'resource' is 'Observation'"),
    ],
)
def test_a_fault_of_another_matter_is_told(tmp_path, change, fault):
    rows = {"source": 'source = "label"', "resource": 'resource = "Condition"'}
    head = "\n".join(row for key, row in rows.items() if f"\n{key} =" not in change)
    text = f'[[other_matter]]\nid = "pressure"\nlabel = "pressure"\n{head}\n{change}\n'
    assert any(fault in told for told in faults_of(tmp_path, facts__more=text))
