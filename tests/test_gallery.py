"""The gallery is what its commands draw today, and small enough to be committed."""

import re
import runpy
from pathlib import Path

from convcalc.pictures.figures import FIGURES

DOCS = Path(__file__).parent.parent / "docs"
MOST_BYTES = 2_500_000


def files(folder: Path) -> dict[str, bytes]:
    pictures = sorted((folder / "gallery").iterdir())
    return {path.name: path.read_bytes() for path in [folder / "gallery.md", *pictures]}


def test_the_gallery_is_up_to_date(tmp_path: Path) -> None:
    runpy.run_path(str(DOCS / "make_gallery.py"))["make"](tmp_path)
    committed, made = files(DOCS), files(tmp_path)
    assert committed.keys() == made.keys()
    stale = [name for name in made if made[name] != committed[name]]
    assert not stale, f"run python docs/make_gallery.py: {stale}"


def test_the_gallery_is_whole_and_small() -> None:
    found = files(DOCS)
    page = found.pop("gallery.md").decode()
    shown = re.findall(r"\(gallery/(\w+\.svg)\)", page)
    assert sorted(shown) == sorted(found)
    assert [name.removesuffix(".svg") for name in shown][:19] == list(FIGURES)
    assert len(shown) >= 25
    still = {"net.svg", "unet.svg", "sweep.svg"}
    assert all(b"@keyframes" in data for name, data in found.items() if name not in still)
    assert sum(map(len, found.values())) < MOST_BYTES
