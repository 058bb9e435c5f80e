"""The report in a real browser: search, filter, click, keyboard, widths, print, and that it asks for nothing from outside."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from segc import api
from segc.graph.topology import Topology
from segc.report.picture.layout import arrange
from segc.report.picture.model import document as picture
from segc.response.compile import compiled
from segc.response.isolation import of_playbook
from segc.response.register import register
from segc.response.runbook import runbook
from segc.response.runbook_words import sheet
from segc.response.sheet_html import html as runbook_page
from tests.browser.conftest import AT, ROOT
from tests.browser.plants import plant
from tests.report.test_picture import wrong

if TYPE_CHECKING:
    from selenium.webdriver import Chrome

pytestmark = pytest.mark.browser
WIDTHS = (390, 800, 900, 1300, 1400, 1920)
AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"


BOTH = pytest.mark.parametrize("name", ["bottling", "big"])


@pytest.fixture
def name() -> str:
    """Of the plant, where a test does not ask for others."""
    return "bottling"


@pytest.fixture
def page(name: str, browser: Chrome, pages: dict[str, Path]) -> Iterator[Chrome]:
    """A report that has just been opened; afterwards the browser must have had nothing to complain of."""
    for kind in ("browser", "performance"):
        browser.get_log(kind)  # type: ignore[no-untyped-call]
    wide(browser, 1400)
    browser.get(pages[name].as_uri())
    yield browser
    assert [one["message"] for one in browser.get_log("browser")] == []  # type: ignore[no-untyped-call]


def wide(browser: Chrome, width: int) -> None:
    size = {"width": width, "height": 1000, "deviceScaleFactor": 1, "mobile": False}
    browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)


def run(page: Chrome, script: str, *arguments: Any) -> Any:
    return page.execute_script(script, *arguments)


def typed(page: Chrome, text: str) -> None:
    from selenium.webdriver.common.by import By

    field = page.find_element(By.ID, "search")
    field.clear()
    field.send_keys(text)


def lit(page: Chrome, kind: str) -> list[str]:
    script = f"return [...document.querySelectorAll('svg [data-key^=\"{kind}/\"]:not(.dim)')].map(n => n.dataset.key)"
    return sorted({str(one).partition("/")[2] for one in run(page, script)})


def test_it_asks_for_nothing_from_outside(page: Chrome) -> None:
    run(page, "document.getElementById('theme').click()")
    asked = [json.loads(one["message"])["message"] for one in page.get_log("performance")]  # type: ignore[no-untyped-call]
    urls = [one["params"]["request"]["url"] for one in asked if one["method"] == "Network.requestWillBeSent"]
    assert urls, "the log holds at least the page itself"
    assert {url.partition(":")[0] for url in urls} == {"file"}
    assert len(urls) == 1
    assert run(page, "return performance.getEntriesByType('resource').length") == 0


@BOTH
def test_search_lights_what_fits_and_leads_there(page: Chrome) -> None:
    every = lit(page, "zone")
    name = every[-1]
    typed(page, name)
    assert name in lit(page, "zone")
    assert len(lit(page, "zone")) < len(every)
    run(page, "document.querySelector('#hits button').click()")
    assert run(page, "return document.querySelector('#panel h3').textContent")
    assert run(page, "return document.querySelectorAll('svg .on').length") > 0
    typed(page, "no such thing anywhere")
    assert lit(page, "zone") == []
    run(page, "document.getElementById('clear').click()")
    assert lit(page, "zone") == every


def test_filters(page: Chrome) -> None:
    script = (
        "const s = document.getElementById(arguments[0]); s.value = arguments[1]; s.dispatchEvent(new Event('change'));"
    )
    for key, value in (("mode", "enforce"), ("owner", "automation"), ("level", "2")):
        run(page, script, key, value)
        shown = run(
            page,
            "return [...document.querySelectorAll('svg .zone:not(.dim)')].map(n => n.dataset[arguments[0]])",
            key,
        )
        assert set(shown) <= {value}
        assert lit(page, "conduit") or key == "owner"
        assert "of" in run(page, "return document.getElementById('status').textContent")
        run(page, "document.getElementById('clear').click()")


def test_clicks_and_keys_tell_more(page: Chrome) -> None:
    from selenium.webdriver.common.by import By
    from selenium.webdriver.common.keys import Keys

    zone = page.find_element(By.CSS_SELECTOR, "svg .zone")
    zone.send_keys(Keys.ENTER)
    name = zone.get_attribute("data-zone")
    assert run(page, "return document.querySelector('#panel h3').textContent") == f"zone {name}"
    assert re.search(r"\.zone:\d+", run(page, "return document.getElementById('panel').textContent"))
    link = run(page, "return document.querySelector('#panel a').getAttribute('href')")
    assert run(page, "return document.querySelector(arguments[0]) !== null", link)
    run(page, "document.querySelector('svg .edge .line').dispatchEvent(new MouseEvent('click', {bubbles: true}))")
    assert run(page, "return document.querySelector('#panel h3').textContent").split()[0] in (
        "conduit",
        "grant",
        "link",
    )


@BOTH
def test_nothing_leaves_the_page_at_any_width(page: Chrome) -> None:
    for width in WIDTHS:
        wide(page, width)
        assert run(page, "return document.documentElement.scrollWidth") <= width


PICTURE = """const view = document.querySelector('.view'), svg = view.querySelector('svg');
    return [svg.getBoundingClientRect().width, view.clientWidth, view.scrollWidth, +svg.getAttribute('width')]"""
FITS = "return document.getElementById('fit').getAttribute('aria-pressed')"


@BOTH
@pytest.mark.parametrize("width", [800, 1300, 1920])
def test_the_picture_opens_as_wide_as_there_is_room(page: Chrome, width: int) -> None:
    wide(page, width)
    shown, room, needed, whole = run(page, PICTURE)
    assert needed <= room, "nothing is cut"
    assert shown == pytest.approx(min(room, whole), abs=1), "and it is no smaller than it has to be, nor blown up"
    assert run(page, FITS) == "true"
    run(page, "document.getElementById('fit').click()")
    shown, *_ = run(page, PICTURE)
    assert (shown, run(page, FITS)) == (whole, "false")
    assert run(page, "return document.documentElement.scrollWidth") <= width
    run(page, "document.getElementById('fit').click()")
    assert run(page, PICTURE)[2] <= room


def test_a_wide_picture_takes_the_room_beside_the_text(page: Chrome, pages: dict[str, Path]) -> None:
    page.get(pages["big"].as_uri())
    wide(page, 1920)
    text, panel = (
        run(page, "return document.querySelector(arguments[0]).offsetWidth", one) for one in ("#picture h2", "#panel")
    )
    assert run(page, PICTURE)[0] > text - panel


def test_a_telephone_shows_a_picture_that_can_be_read(page: Chrome) -> None:
    wide(page, 390)
    assert run(page, PICTURE)[0] == 640


def test_light_and_dark_differ_and_follow_the_system(page: Chrome) -> None:
    paper = "return getComputedStyle(document.body).backgroundColor"
    seen = []
    for scheme in ("light", "dark"):
        feature = {"name": "prefers-color-scheme", "value": scheme}
        page.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": [feature]})
        seen.append(run(page, paper))
        run(page, "document.getElementById('theme').click()")
        seen.append(run(page, paper))
        run(page, "document.getElementById('theme').click()")
    page.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": []})
    run(page, "delete document.documentElement.dataset.theme")
    assert seen[0] != seen[1]
    assert len(set(seen)) == 2


def test_print(page: Chrome) -> None:
    made = page.execute_cdp_cmd("Page.printToPDF", {"preferCSSPageSize": True})
    data = base64.b64decode(made["data"])
    assert data.startswith(b"%PDF")
    assert 3 < len(re.findall(rb"/Type\s*/Page[^s]", data)) < 26, "what is too long for paper is on the screen"
    paper = "return getComputedStyle(document.querySelector('#zones .paper')).display"
    assert run(page, paper) == "none"
    page.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": "print"})
    assert run(page, paper) == "block", "and the paper says so"
    hidden = "return getComputedStyle(document.getElementById('panel')).display"
    assert run(page, hidden) == "none"
    assert run(page, "return getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    page.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": ""})


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_accessible(page: Chrome, scheme: str) -> None:
    if not AXE.is_file():
        pytest.skip("axe-core is not here: scripts/setup.sh browser fetches it where npm can")
    page.execute_cdp_cmd("Page.setBypassCSP", {"enabled": True})
    run(page, "document.documentElement.dataset.theme = arguments[0]", scheme)
    run(page, AXE.read_text(encoding="utf-8"))
    found = page.execute_async_script(
        "const done = arguments[0]; axe.run(document, {resultTypes: ['violations']}).then(r => done("
        "r.violations.map(v => v.id + ': ' + v.nodes.slice(0, 3).map(n => n.html.slice(0, 160)).join(' | '))))"
    )
    assert found == []


@BOTH
def test_boxes_hold_their_texts_and_stay_apart(page: Chrome) -> None:
    """As drawn, with the fonts that there are."""
    script = """return [...document.querySelectorAll('svg .zone')].filter(zone => {
        const box = zone.querySelector('rect').getBoundingClientRect();
        return [...zone.querySelectorAll('text')].some(text => text.getBoundingClientRect().right > box.right + 1);
    }).map(zone => zone.dataset.zone)"""
    assert run(page, script) == []


def test_layout_of_150_zones(tmp_path: Path) -> None:
    file = tmp_path / "plant.zone"
    file.write_text(plant(), encoding="utf-8")
    made, _ = api.check(file, AT)
    drawn = arrange(picture(made, register(made, Topology(made), AT, None)))
    assert len(drawn.boxes) == 150
    assert list(wrong(drawn)) == []


def test_a_runbook_prints_on_few_pages(browser: Chrome, tmp_path: Path) -> None:
    made, _ = api.check(ROOT / "examples" / "bottling", AT)
    file = tmp_path / "RUNBOOK.html"
    done = compiled(of_playbook(made, made.playbooks["island-filling"]), AT)
    file.write_text(runbook_page(sheet(runbook(done, AT))), encoding="utf-8")
    browser.get_log("browser")  # type: ignore[no-untyped-call]
    browser.get(file.as_uri())
    text = run(browser, "return document.body.innerText")
    for words in ("Shift lead on duty, +44 1632 960101", "within 15 minutes", "./preflight", "How to go back", "STOP."):
        assert words in text
    data = base64.b64decode(browser.execute_cdp_cmd("Page.printToPDF", {"preferCSSPageSize": True})["data"])
    assert len(re.findall(rb"/Type\s*/Page[^s]", data)) <= 6
    assert browser.get_log("browser") == []  # type: ignore[no-untyped-call]


TORN = """
const torn = [];
for (const code of document.querySelectorAll('td code:not(.place)')) {
  if (!code.getClientRects().length) continue;
  for (let node = code.firstChild; node; node = node.nextSibling) {
    for (const word of (node.data || '').matchAll(/[A-Za-z]+/g)) {
      const range = document.createRange();
      range.setStart(node, word.index);
      range.setEnd(node, word.index + word[0].length);
      if (new Set([...range.getClientRects()].map(box => box.top)).size > 1) torn.push(code.textContent);
    }
  }
}
return torn"""


@BOTH
def test_names_in_tables_go_on_behind_their_dots_and_dashes(page: Chrome) -> None:
    """On paper of A4, and on a screen, no word of a name is torn apart."""
    page.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": "print"})
    wide(page, 703)
    assert run(page, TORN) == []
    assert run(page, "return document.documentElement.scrollWidth") <= 703
    page.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": ""})
    for width in WIDTHS:
        wide(page, width)
        assert run(page, TORN) == []
