"""The page and the moving picture in a real browser, under a real pointer and real keys."""

import io
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from PIL import Image
from selenium import webdriver
from selenium.webdriver.chrome.options import Options
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys

from convcalc import Conv, Pool, TransposedConv
from convcalc.layers import Layer
from convcalc.pictures.html import page
from convcalc.pictures.layout import Projection
from convcalc.pictures.scene import Role, Scene, View
from convcalc.pictures.staging import build
from convcalc.pictures.svg import paint

from .conftest import needs

SWITCHES = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--hide-scrollbars",
    "--window-size=1000,900",
]

PAGES: dict[str, tuple[Layer, tuple[int, ...], View, Projection]] = {
    "gather": (TransposedConv(3, 2, 1, output_padding=1), (3, 3), "gather", "flat"),
    "isometric": (Conv(3, 2, 1), (5, 5), "gather", "isometric"),
    "scatter": (TransposedConv(3, 2, 1), (3, 3), "scatter", "flat"),
    "row": (Conv(3, 2, dilation=2), (10,), "gather", "flat"),
    "row scatter": (TransposedConv(2, 3, ((-1, 1),)), (4,), "scatter", "isometric"),
    "pool": (Pool(2, 3), (6, 6), "gather", "flat"),
}


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[webdriver.Chrome]:
    """One browser for all; both programs are named, so that nothing is looked for or fetched."""
    options = Options()
    options.binary_location = needs("chromium")
    for switch in SWITCHES:
        options.add_argument(switch)
    options.add_argument(f"--user-data-dir={tmp_path_factory.mktemp('profile')}")
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    driver = webdriver.Chrome(options, Service(executable_path=needs("chromedriver")))
    yield driver
    driver.quit()


class Moment(NamedTuple):
    """What the page shows: the numbers of the lit cells by what lights them, caption, frame."""

    lit: dict[str, set[int]]
    caption: str
    at: int


NOW = """
const now = () => [
  [...document.querySelectorAll(".on")]
    .map(on => [Number(on.parentNode.dataset.cell), on.classList[0]]),
  document.getElementById("caption").textContent,
  Number(document.getElementById("frame").value),
  document.getElementById("number").textContent,
];
"""


def _moment(found: Any) -> Moment:
    lit: dict[str, set[int]] = {}
    for cell, name in found[0]:
        lit.setdefault(name, set()).add(cell)
    assert found[3].split(" / ")[0] == str(found[2] + 1)
    return Moment(lit, found[1], found[2])


class Opened(NamedTuple):
    """A page in the browser, and the scene that it shows."""

    browser: webdriver.Chrome
    scene: Scene

    def js(self, code: str, *arguments: Any) -> Any:
        return self.browser.execute_script(code, *arguments)

    def now(self) -> Moment:
        """What is lit, said and counted at this moment."""
        return _moment(self.js(f"{NOW} return now();"))

    def each(self, cells: list[int]) -> list[Moment]:
        """The moment after the pointer went over each of the cells, in one go."""
        code = f"""{NOW} return arguments[0].map(cell => {{
            document.querySelector(`[data-cell='${{cell}}'] path`)
                .dispatchEvent(new Event('pointerover', {{bubbles: true}}));
            return now();
        }});"""
        return [_moment(found) for found in self.js(code, cells)]

    def lit(self) -> dict[str, set[int]]:
        """The numbers of the lit cells, by what lights them."""
        return self.now().lit

    @property
    def at(self) -> int:
        """The frame that the slider and the number agree on."""
        return self.now().at

    def source(self, row: int, column: int) -> int:
        return row * self.scene.source.width + column

    def target(self, row: int, column: int) -> int:
        before = self.scene.source.height * self.scene.source.width
        return before + row * self.scene.target.width + column

    def expected(self, number: int) -> dict[str, set[int]]:
        frame = self.scene.frames[number]
        names = ("kernel", "current") if self.scene.view == "gather" else ("stamping", "kernel")
        source = {self.source(*cell) for cell in frame.source}
        target = {self.target(*cell) for cell in frame.target}
        return {name: lit for name, lit in zip(names, (source, target), strict=True) if lit}

    def point(self, cell: int) -> None:
        """Move the real pointer."""
        place = self.browser.find_element(By.CSS_SELECTOR, f'[data-cell="{cell}"] path')
        ActionChains(self.browser, duration=0).move_to_element(place).perform()

    def press(self, *keys: str) -> None:
        ActionChains(self.browser, duration=0).send_keys(*keys).perform()

    def click(self, name: str) -> None:
        self.browser.find_element(By.ID, name).click()

    def silent(self) -> None:
        """Nothing in the console, and nothing asked of any network."""
        assert self.browser.get_log("browser") == []  # type: ignore[no-untyped-call]
        assert self.js("return performance.getEntriesByType('resource').length") == 0


Open = Callable[..., Opened]


@pytest.fixture
def opened(browser: webdriver.Chrome, tmp_path: Path) -> Iterator[Open]:
    seen: list[Opened] = []

    def show(name: str, seconds: float = 0.8) -> Opened:
        layer, size, view, projection = PAGES[name]
        scene = build(layer, size, view=view, values=True)
        path = tmp_path / "page.html"
        path.write_text(page(scene, projection, seconds=seconds), encoding="utf-8")
        browser.get(path.as_uri())
        seen.append(Opened(browser, scene))
        return seen[-1]

    yield show
    for each in seen[-1:]:
        each.silent()


@pytest.mark.parametrize("name", PAGES)
def test_pointing_at_one_cell_lights_exactly_its_frame(opened: Open, name: str) -> None:
    shown = opened(name)
    gather = shown.scene.view == "gather"
    cells = [
        shown.target(*frame.target[0]) if gather else shown.source(*frame.source[0])
        for frame in shown.scene.frames
    ]
    expected = [
        Moment(shown.expected(number), frame.caption, number)
        for number, frame in enumerate(shown.scene.frames)
    ]
    assert shown.each(cells) == expected
    for number in (0, -1):
        shown.point(cells[number])
        assert shown.now() == expected[number]


@pytest.mark.parametrize("name", PAGES)
def test_pointing_at_one_of_the_many_lights_what_it_reaches(opened: Open, name: str) -> None:
    shown = opened(name)
    gather = shown.scene.view == "gather"
    plane = shown.scene.source if gather else shown.scene.target
    number = shown.source if gather else shown.target
    one, many = ("current", "kernel") if gather else ("stamping", "kernel")
    verb = "is read by" if gather else "receives"
    reached: dict[int, set[int]] = {
        number(row, column): set() for row in range(plane.height) for column in range(plane.width)
    }
    for frame in shown.scene.frames:
        for touched in frame.source if gather else frame.target:
            single = shown.target(*frame.target[0]) if gather else shown.source(*frame.source[0])
            reached[number(*touched)].add(single)
    shown.point(next(iter(reached)))
    roles = [role for row in plane.roles for role in row]
    moments = [shown.now(), *shown.each(list(reached)[1:])]
    for (cell, singles), role, moment in zip(reached.items(), roles, moments, strict=True):
        assert moment.lit.pop(one, set()) == singles
        assert moment.lit == {many: {cell}}
        assert moment.caption.startswith(f"{role} {verb} {len(singles)} ")


def test_what_lies_under_the_kernel_stays_visible(opened: Open) -> None:
    shown = opened("gather")
    shown.point(shown.target(0, 0))
    under = shown.js(
        "return [...document.querySelectorAll('.on.kernel')]"
        ".map(on => on.parentNode.firstElementChild.classList[0])"
    )
    assert set(under) == {"input", "zero", "padding"}
    opacity = "return getComputedStyle(document.querySelector('.on.kernel')).fillOpacity"
    assert float(shown.js(opacity)) < 1


@pytest.mark.parametrize("name", ["gather", "row scatter"])
def test_buttons_slider_and_keys(opened: Open, name: str) -> None:
    shown = opened(name)
    last = shown.scene.positions - 1
    assert (shown.at, shown.lit()) == (0, shown.expected(0))
    for move, at in [("step", 1), ("step", 2), ("back", 1), ("back", 0), ("back", 0)]:
        shown.click(move)
        assert (shown.at, shown.lit()) == (at, shown.expected(at))
    for key, at in [
        (Keys.ARROW_RIGHT, 1),
        (Keys.END, last),
        (Keys.ARROW_RIGHT, last),
        (Keys.ARROW_LEFT, last - 1),
        (Keys.HOME, 0),
        (Keys.ARROW_LEFT, 0),
    ]:
        shown.press(key)
        assert (shown.at, shown.lit()) == (at, shown.expected(at))
    slider = shown.browser.find_element(By.ID, "frame")
    slider.click()  # in its middle
    assert 0 < shown.at < last
    before = shown.at
    slider.send_keys(Keys.ARROW_RIGHT)
    assert shown.at == before + 1


def test_play_and_pause_by_button_and_by_space(opened: Open) -> None:
    shown = opened("gather", seconds=0.05)

    def label() -> str:
        return shown.browser.find_element(By.ID, "play").text

    def moves() -> bool:
        before = shown.now()
        time.sleep(0.2)
        return shown.now() != before

    assert (label(), moves()) == ("play", False)
    shown.click("play")
    assert (label(), moves()) == ("pause", True)
    shown.press(Keys.SPACE)  # while the button has the focus
    assert (label(), moves()) == ("play", False)
    shown.press(Keys.SPACE)
    assert (label(), moves()) == ("pause", True)
    shown.click("play")
    assert (label(), moves()) == ("play", False)
    shown.press(Keys.SPACE)
    shown.point(shown.target(1, 1))  # to look at a cell is to stop
    assert (label(), moves()) == ("play", False)
    shown.press(Keys.END, Keys.SPACE)
    assert moves()  # from the last frame to the first


def media(browser: webdriver.Chrome, **features: str) -> None:
    named = [{"name": name.replace("_", "-"), "value": value} for name, value in features.items()]
    browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": named})


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_text_can_be_read_in_light_and_dark(opened: Open, scheme: str) -> None:
    shown = opened("gather")
    media(shown.browser, prefers_color_scheme=scheme)
    shown.point(shown.target(1, 1))
    contrasts = shown.js(CONTRASTS)
    media(shown.browser)
    assert len(contrasts) > 40
    assert min(contrasts) >= 4.5  # WCAG 2, AA


# The relative luminance of WCAG 2; what is see-through lies over the cell under it.
CONTRASTS = """
const rgb = text => text.match(/[0-9.]+/g).slice(0, 3).map(Number);
const light = colour => {
  const [r, g, b] = colour.map(v => v / 255).map(v =>
    v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
};
const paper = rgb(getComputedStyle(document.querySelector(".paper")).fill);
return [...document.querySelectorAll("svg text")].map(text => {
  let under = paper;
  for (const path of text.closest(".cell")?.querySelectorAll("path") ?? []) {
    const style = getComputedStyle(path), part = Number(style.fillOpacity);
    under = rgb(style.fill).map((v, i) => part * v + (1 - part) * under[i]);
  }
  const [a, b] = [light(rgb(getComputedStyle(text).fill)), light(under)];
  return (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
});
"""


def film(browser: webdriver.Chrome, path: Path) -> list[Image.Image]:
    """Photographs of a page, each after more than the time of a frame."""
    browser.get(path.as_uri())
    pictures = []
    for _ in range(3):
        pictures.append(Image.open(io.BytesIO(browser.get_screenshot_as_png())).convert("RGB"))
        time.sleep(0.25)
    return pictures


@pytest.fixture
def moving(tmp_path: Path) -> Path:
    path = tmp_path / "moving.svg"
    scene = build(Conv(3), (5, 5))
    path.write_text(paint(scene, "isometric", moving=True, seconds=0.2), encoding="utf-8")
    return path


def orange(picture: Image.Image) -> int:
    """How many pixels have the colour of the current output."""
    red, green, blue = (int("f39a2d"[at : at + 2], 16) for at in (0, 2, 4))
    return sum(count for count, at in picture.getcolors(10**6) or [] if at == (red, green, blue))


def test_a_moving_svg_moves_in_an_image(browser: webdriver.Chrome, moving: Path) -> None:
    around = moving.with_name("index.html")
    around.write_text('<img src="moving.svg">', encoding="utf-8")
    pictures = film(browser, around)
    assert len({picture.tobytes() for picture in pictures}) > 1
    assert all(orange(picture) > 300 for picture in pictures)  # the legend's, and one cell


def test_who_asks_for_less_motion_sees_the_first_frame(
    browser: webdriver.Chrome, moving: Path
) -> None:
    media(browser, prefers_reduced_motion="reduce")
    pictures = film(browser, moving)
    media(browser)
    assert len({picture.tobytes() for picture in pictures}) == 1
    assert orange(pictures[0]) > 300


def test_every_role_that_a_page_can_show_is_tried() -> None:
    shown = {
        role
        for layer, size, view, _ in PAGES.values()
        for role in build(layer, size, view=view).legend
    }
    assert shown == set(Role)
