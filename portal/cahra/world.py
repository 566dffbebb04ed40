"""The map of the world: outlines and middles of countries, and what is drawn on them. Pure (scripts/world_map.py)."""

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from portal.cahra.rules import CahraList, Listing

SMALLEST_DOT, LARGEST_DOT = 3.0, 14.0  # radius in the picture's units


@dataclass(frozen=True)
class Shape:
    """A country: its outline as an SVG path (empty for a very small one) and its middle."""

    code: str
    path: str
    x: int
    y: int


@dataclass(frozen=True)
class World:
    """The picture. `without_code` is land to which ISO 3166 gives no code of its own."""

    width: int
    height: int
    shapes: Mapping[str, Shape]
    without_code: str


@cache
def world() -> World:
    """The map, read once."""
    data = json.loads(Path(__file__).with_name("world.json").read_text(encoding="utf-8"))
    shapes = {code: Shape(code, one.get("d", ""), one["x"], one["y"]) for code, one in data["countries"].items()}
    return World(data["width"], data["height"], shapes, data["without_code"])


@dataclass(frozen=True)
class Land:
    """A country as it is drawn: `listing` None where no list is shown."""

    shape: Shape
    listing: Listing | None


@dataclass(frozen=True)
class Dot:
    """How many of something there are in a country; areas of dots grow with the numbers."""

    shape: Shape
    count: int
    radius: float


@dataclass(frozen=True)
class Picture:
    """What a page draws: land first, then dots, the largest below."""

    world: World
    lands: Sequence[Land]
    dots: Sequence[Dot]


def picture(known: CahraList | None, counts: Mapping[str, int] | None = None) -> Picture:
    """The world with the areas of a list, and a dot for each country that has a count."""
    base = world()
    lands = [Land(shape, known.match(shape.code).listing if known else None) for shape in base.shapes.values()]
    numbers = {code: count for code, count in (counts or {}).items() if code in base.shapes and count > 0}
    most = max(numbers.values(), default=1)
    dots = [
        Dot(base.shapes[code], count, round(max(SMALLEST_DOT, LARGEST_DOT * math.sqrt(count / most)), 1))
        for code, count in sorted(numbers.items(), key=lambda item: (-item[1], item[0]))
    ]
    return Picture(base, lands, dots)
