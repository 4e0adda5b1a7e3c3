"""The page in languages that are prepared: as they are, English in parts, and as they will be, full and long."""

from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from chromium import CHROMIUM
from fullcourse.adapters.languages import PREPARED
from fullcourse.clinical.event_bodies import Held
from fullcourse.interfaces.phone.shell import Asset, shell_of
from phone_browser import Phone, bytes_of_visit, phone_of
from phone_clinic import PhoneClinic, phone_clinic
from pseudo_language import ARABIC, DEVANAGARI, full_files, speak_pseudo

pytestmark = pytest.mark.skipif(
    CHROMIUM is None, reason="no Chromium is installed, and these tests look at pages in it"
)

DRUGS = ("cycloserine: 2 capsules of 250 mg q12h", "linezolid: 1 tablet of 600 mg once a day")
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
SCREENS = ("today", "missed", "earlier", "feel", "help", "more", "pin", "people", "language", "hidden")
MOST_BYTES = 60_000
FULL = {"ar": ARABIC, "hi": DEVANAGARI}
UNMARKED = """() => {
  const found = [];
  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node = walk.nextNode(); node; node = walk.nextNode()) {
    const own = node.parentElement.closest('[lang]').lang;
    const words = node.data.replace(/\\b(mg|PIN|am|pm)\\b/g, '');
    if (own === document.documentElement.lang && /[A-Za-z]{2,}/.test(words)) found.push(node.data);
  }
  return found;
}"""
"""Texts in Latin letters that nothing marks as of another language than the page; Hindi writes am and pm so."""
CUT_OFF = """() => [...document.querySelectorAll('body *')]
  .filter((it) => it.checkVisibility() && !it.closest('.unseen') && it.clientWidth)
  .filter((it) => it.scrollWidth > it.clientWidth + 1 && getComputedStyle(it).overflowX !== 'visible')
  .map((it) => it.outerHTML.slice(0, 120))"""


@pytest.fixture(scope="module")
def clinic(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PhoneClinic]:
    with phone_clinic(tmp_path_factory.mktemp("clinic")) as running:
        yield running


@pytest.fixture(scope="module")
def patient(clinic: PhoneClinic) -> str:
    return clinic.begin(*DRUGS)


def found(page: Page) -> list[tuple[str, str]]:
    answer = Axe().run(page, options=RULES)
    return [(item["id"], item["nodes"][0]["html"]) for item in answer.response["violations"]]


def faults_of(phone: Phone, name: str) -> list[object]:
    """Return what is wrong with a screen: to axe, at 360 pixels, at twice the size of text."""
    wrong: list[object] = [(name, it) for it in found(phone.page)]
    for size in ("", "200%"):
        phone.page.evaluate("size => { document.documentElement.style.fontSize = size }", size)
        if phone.page.evaluate("document.documentElement.scrollWidth") > 360:
            wrong.append((name, size, "wider than the phone"))
        wrong += [(name, size, "cut off", it) for it in phone.page.evaluate(CUT_OFF)]
    phone.page.evaluate("document.documentElement.style.fontSize = ''")
    return wrong


def speak(phone: Phone, language: str) -> None:
    phone.screen("language")
    with phone.page.expect_response(f"**/phone?language={language}"):
        phone.page.locator(f"#speak-{language}").click()
    expect(phone.page.locator(f"#speak-{language}")).to_have_attribute("aria-pressed", "true")
    phone.wait_plan_in(language)
    phone.screen("today")


@pytest.mark.parametrize("language", PREPARED)
def test_what_is_not_translated_is_english_and_marked_on_every_screen(
    browser: Browser, clinic: PhoneClinic, patient: str, language: str
) -> None:
    with phone_of(browser, clinic.now, bypass_csp=True) as phone:
        phone.join(clinic.link(patient))
        speak(phone, language)
        way = "rtl" if language == "ar" else "ltr"
        assert phone.page.evaluate("[document.documentElement.lang, document.documentElement.dir]") == [language, way]
        wrong: list[object] = []
        for name in SCREENS:
            phone.screen(name)
            wrong += faults_of(phone, name)
            if language != "pt":  # which is written in the letters of English
                wrong += [(name, "not marked", it) for it in phone.page.evaluate(UNMARKED)]
        assert not wrong, "\n".join(map(str, wrong))
        phone.screen("today")
        state = phone.page.locator("#state span[lang=en][dir=ltr]")
        expect(state).to_have_text("Due now")
        expect(phone.page.locator("#state svg")).to_be_visible()  # its picture stands beside it
        assert state.evaluate("it => getComputedStyle(it).textDecorationStyle") == "dotted"  # which is seen
        assert phone.page.title() == "My day"
        phone.screen("more")
        expect(phone.page.get_by_text("Some words here are still in English.").first).to_be_visible()


@pytest.mark.parametrize("language", FULL)
def test_a_language_that_is_full_and_long_fits_every_screen_and_leaves_no_english(
    browser: Browser, clinic: PhoneClinic, language: str
) -> None:
    patient = clinic.begin(*DRUGS)
    more = {"bypass_csp": True, "service_workers": "block"}
    with phone_of(browser, clinic.now, **more) as phone:
        speak_pseudo(phone.context, language, FULL[language])
        phone.join(clinic.link(patient))
        speak(phone, language)
        wrong: list[object] = []
        for name in (*SCREENS, "leaflet"):
            phone.screen(name)
            phone.page.wait_for_timeout(50)
            wrong += faults_of(phone, name)
            if name != "leaflet":
                wrong += [(name, "English", it) for it in phone.page.evaluate(UNMARKED)]
                here = phone.page.locator("main [lang=en]:not(#speak-en)")
                wrong += [(name, "English", it) for it in here.all_inner_texts() if it]
        phone.screen("feel")
        phone.page.locator("#face-bad").click()
        phone.page.locator("#group-danger-yes").click()
        wrong += faults_of(phone, "feel, asked")
        phone.page.locator("#feel-done").click()
        expect(phone.page.locator("#feel-back")).to_be_visible()
        wrong += faults_of(phone, "feel, told")
        phone.screen("today")
        phone.page.locator("#took").click()
        expect(phone.page.locator("#undo")).to_be_visible()
        wrong += faults_of(phone, "done")
        phone.page.clock.run_for(11_000)
        phone.page.locator("#took").click()
        expect(phone.page.locator("#stop-both")).to_be_visible()
        wrong += faults_of(phone, "stop")
        assert not wrong, "\n".join(map(str, wrong))


def test_a_page_that_is_turned_begins_at_the_right(browser: Browser, clinic: PhoneClinic, patient: str) -> None:
    with phone_of(browser, clinic.now) as phone:
        phone.join(clinic.link(patient))

        def sides(selector: str) -> tuple[float, float]:
            box = phone.page.locator(selector).first.bounding_box()
            assert box is not None
            return box["x"], 360 - box["x"] - box["width"]

        left, right = sides("#hide")
        assert left > right
        speak(phone, "ar")
        phone.screen("today")
        left, right = sides("#hide")
        assert left < right
        left, right = sides("#state svg")
        assert left > right
        phone.screen("help")
        assert phone.page.locator(".call b").first.get_attribute("dir") == "ltr"  # a number to call is not turned round


@pytest.mark.parametrize(
    ("language", "locales", "wanted"),
    [
        # what Unicode's tables (CLDR) say of the 30th of November, a Monday, and of ten past eight
        ("hi", "hi-IN", ("सोमवार", "30 नवंबर")),
        ("pt", "pt-BR", ("segunda-feira", "30 de novembro")),
        ("ru", "ru-RU", ("понедельник", "30 ноября")),
        ("ar", "ar-EG", ("الاثنين", "٣٠ نوفمبر")),
        ("ar", "ar-SA", ("الاثنين", "٣٠ نوفمبر")),  # whose own calendar is another: the clinic's days are meant
    ],
)
def test_dates_and_figures_are_those_of_the_language(
    browser: Browser, clinic: PhoneClinic, patient: str, language: str, locales: str, wanted: tuple[str, str]
) -> None:
    with phone_of(browser, clinic.now, locale=locales) as phone:
        phone.join(clinic.link(patient))
        speak(phone, language)
        phone.screen("today")
        heading = phone.page.locator("h1").inner_text()
        assert all(it in heading for it in wanted), heading
        amount = phone.page.locator(".doses b").first.inner_text()
        assert ("٥٠٠" if language == "ar" else "500") in amount


@pytest.mark.parametrize(
    ("language", "count", "form"),
    # one of each form, by the plural rules of Unicode
    [("ru", 1, "one"), ("ru", 3, "few"), ("ru", 5, "many"), ("ru", 21, "one"), ("ru", 0.5, "other"),
     ("ar", 0, "zero"), ("ar", 1, "one"), ("ar", 2, "two"), ("ar", 3, "few"), ("ar", 11, "many"), ("ar", 100, "other"),
     ("hi", 0, "one"), ("hi", 2, "other"), ("pt", 1, "one"), ("pt", 2, "other")],
)  # fmt: skip
def test_a_number_takes_the_form_of_its_language(
    browser: Browser, clinic: PhoneClinic, language: str, count: float, form: str
) -> None:
    forms = {it: f"{it} {{count}}" for it in ("zero", "one", "two", "few", "many", "other")}
    page = browser.new_page()
    page.goto(f"{clinic.url}/p/icon.svg")
    said = page.evaluate(
        """async ([forms, language, count]) => {
          const { wordsOf } = await import('/p/js/core/words.js');
          return wordsOf({}, { it: forms }, language)('it', { count });
        }""",
        [forms, language, count],
    )
    page.close()
    assert said == f"{form} {count}"


def test_a_language_is_there_without_a_network_once_it_was_chosen(
    browser: Browser, clinic: PhoneClinic, patient: str
) -> None:
    with phone_of(browser, clinic.now) as phone:
        phone.join(clinic.link(patient))
        phone.page.wait_for_function("navigator.serviceWorker.controller !== null")
        speak(phone, "ru")
        kept = "caches.match('words/ru.json').then(it => it !== undefined)"
        phone.page.wait_for_function(f"() => {kept}")
        assert not phone.page.evaluate("caches.match('words/ar.json').then(it => it !== undefined)")
        phone.cut()
        phone.page.reload()
        phone.screen("today")
        expect(phone.page.locator("h1")).to_contain_text("Сегодня")
        phone.screen("help")
        expect(phone.page.locator(".call").first).to_contain_text("911")
        phone.screen("language")
        phone.page.locator("#speak-ar").click()  # which is not on this phone: English, the right way round, and said so
        expect(phone.page.locator("main h1 span[lang=en]")).to_have_text("Language")
        phone.screen("help")
        expect(phone.page.locator(".call").first).to_contain_text("911")


def test_a_safety_text_without_a_translation_is_said_in_english_on_the_card_and_the_stop(
    browser: Browser, clinic: PhoneClinic
) -> None:
    patient = clinic.begin(*DRUGS)
    with phone_of(browser, clinic.now) as phone:
        phone.join(clinic.link(patient))
        speak(phone, "ar")
        phone.screen("today")
        phone.page.locator("#took").click()
        expect(phone.page.locator("#undo")).to_be_visible()
        phone.page.clock.run_for(11_000)
        phone.page.locator("#took").click()
        expect(phone.page.locator(".stop h1 span[lang=en]")).to_have_text("Stop. Do not take another")
        expect(phone.page.locator(".stop > svg")).to_be_visible()
        clinic.add(patient, Held((), "side effects"))
        phone.page.reload()
        phone.screen("today")
        expect(phone.page.locator("#state span[lang=en]")).to_have_text("Paused by your clinic")
        expect(phone.page.locator(".card .advice span[lang=en]").first).to_contain_text(
            "Do not take this medicine now."
        )


def test_nobody_is_put_into_a_language_that_is_not_whole(browser: Browser, clinic: PhoneClinic) -> None:
    for locale, spoken in (("ar-EG", "en"), ("hi-IN", "en"), ("es-MX", "es")):
        with phone_of(browser, clinic.now, locale=locale) as phone:
            phone.page.goto(f"{clinic.url}/p/")
            expect(phone.page.locator(".languages")).to_be_visible()
            assert phone.page.evaluate("document.documentElement.lang") == spoken


@pytest.mark.parametrize("language", FULL)
def test_a_language_that_is_full_and_long_keeps_the_page_small(clinic: PhoneClinic, language: str) -> None:
    files = full_files(language, FULL[language])
    shell = {**shell_of(clinic.service.knowledge), **{name: Asset(it, b"", "", "") for name, it in files.items()}}
    sizes = bytes_of_visit(shell, language)
    assert sum(sizes.values()) <= MOST_BYTES, sizes


FIGURE_BEFORE_UNIT = """() => {
  const walk = document.createTreeWalker(document.querySelector('.doses'), NodeFilter.SHOW_TEXT);
  for (let node = walk.nextNode(); node; node = walk.nextNode()) {
    const at = node.data.indexOf(' mg');
    if (at < 0) continue;
    const where = (from, to) => {
      const range = document.createRange();
      range.setStart(node, from);
      range.setEnd(node, to);
      return range.getBoundingClientRect().left;
    };
    return where(at - 1, at) < where(at + 1, at + 3);
  }
  return null;
}"""


@pytest.mark.parametrize("language", ["en", "ar"])
def test_the_figure_of_an_amount_stands_before_its_unit_where_lines_run_to_the_left_too(
    browser: Browser, clinic: PhoneClinic, patient: str, language: str
) -> None:
    with phone_of(browser, clinic.now) as phone:
        phone.join(clinic.link(patient))
        speak(phone, language)
        phone.screen("today")
        assert phone.page.evaluate(FIGURE_BEFORE_UNIT) is True
