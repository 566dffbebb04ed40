"""The map of the world as data: outlines by country from Natural Earth (public domain), as kept by npm's world-atlas.

python scripts/world_map.py     fetch world-atlas, write portal/cahra/world.json anew

Outlines are from 1:110m and points from 1:50m, so that small countries without an outline have their place as well.
The projection is Equal Earth (Savric, Patterson, Jenny 2018), which shows areas as large as they are. The result is
checked in: nothing of this runs in the portal.
"""

import json
import math
import tempfile
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import pycountry
from vendor import WORLD_ATLAS, fetch

TARGET = Path(__file__).resolve().parent.parent / "portal" / "cahra" / "world.json"
WIDTH, HEIGHT = 960, 440
LEFT_OUT = {"AQ"}
NORTH, SOUTH = 84.0, -56.0  # degrees shown
A = (1.340264, -0.081106, 0.000893, 0.003796)
LARGEST_X = 2.7066  # of Equal Earth at the equator

Point = tuple[float, float]


def project(longitude: float, latitude: float) -> Point:
    """Equal Earth, scaled to the picture; x and y in its units."""

    def plane(lon: float, lat: float) -> Point:
        theta = math.asin(math.sqrt(3) / 2 * math.sin(math.radians(lat)))
        square = theta * theta
        sixth = square**3
        across = 2 * math.sqrt(3) * math.radians(lon) * math.cos(theta)
        x = across / (3 * (9 * A[3] * theta**8 + 7 * A[2] * sixth + 3 * A[1] * square + A[0]))
        return x, theta * (A[3] * theta**8 + A[2] * sixth + A[1] * square + A[0])

    top, bottom = plane(0, NORTH)[1], plane(0, SOUTH)[1]
    x, y = plane(longitude, max(min(latitude, NORTH), SOUTH))
    return (x / LARGEST_X + 1) * WIDTH / 2, (top - y) / (top - bottom) * HEIGHT


def arcs_of(topology: dict[str, Any]) -> list[list[Point]]:
    """The arcs in degrees: TopoJSON keeps differences of whole numbers."""
    (scale_x, scale_y), (move_x, move_y) = topology["transform"]["scale"], topology["transform"]["translate"]
    arcs = []
    for arc in topology["arcs"]:
        x = y = 0
        points = []
        for dx, dy in arc:
            x, y = x + dx, y + dy
            points.append((x * scale_x + move_x, y * scale_y + move_y))
        arcs.append(points)
    return arcs


def rings(geometry: dict[str, Any], arcs: list[list[Point]]) -> Iterator[list[Point]]:
    """The outlines of a country, holes included."""
    polygons = geometry["arcs"] if geometry["type"] == "MultiPolygon" else [geometry.get("arcs", [])]
    for polygon in polygons:
        for ring in polygon:
            points: list[Point] = []
            for index in ring:
                arc = arcs[index] if index >= 0 else arcs[~index][::-1]
                points += arc[1:] if points else arc
            yield from cut(points)


def cut(ring: list[Point]) -> Iterator[list[Point]]:
    """An outline that crosses the 180th meridian, as one on each side of it; any other as it is."""
    whole: list[Point] = []
    turn = 0.0
    for x, y in ring:
        if whole and abs(x + turn - whole[-1][0]) > 180:
            turn += 360 if whole[-1][0] > x + turn else -360
        whole.append((x + turn, y))
    for shift in (-360, 0, 360):
        shifted = [(x + shift, y) for x, y in whole]
        if piece := one_side(one_side(shifted, -180, 1), 180, -1):
            yield piece


def one_side(ring: list[Point], edge: float, sign: int) -> list[Point]:
    """The part of an outline that is east (sign 1) or west (-1) of a meridian (Sutherland and Hodgman 1974)."""
    kept: list[Point] = []
    for (x1, y1), (x2, y2) in zip(ring[-1:] + ring[:-1], ring, strict=True):
        inside_before, inside = sign * (x1 - edge) >= 0, sign * (x2 - edge) >= 0
        if inside != inside_before:
            kept.append((edge, y1 + (y2 - y1) * (edge - x1) / (x2 - x1)))
        if inside:
            kept.append((x2, y2))
    return kept


def area_and_middle(ring: list[Point]) -> tuple[float, Point]:
    """Area and centre of gravity of an outline in the picture's units."""
    points = [project(*point) for point in ring]
    twice = x = y = 0.0
    for (x1, y1), (x2, y2) in zip(points, points[1:] + points[:1], strict=True):
        cross = x1 * y2 - x2 * y1
        twice, x, y = twice + cross, x + (x1 + x2) * cross, y + (y1 + y2) * cross
    if not twice:
        return 0.0, points[0]
    return abs(twice) / 2, (x / (3 * twice), y / (3 * twice))


def path(ring: list[Point]) -> str:
    """An outline as SVG path, in whole units relative to the point before; empty where nothing is left of it."""
    points: list[tuple[int, int]] = []
    for point in ring:
        x, y = (round(value) for value in project(*point))
        if not points or points[-1] != (x, y):
            points.append((x, y))
    if len(set(points)) < 3:
        return ""
    steps = [f"{x2 - x1},{y2 - y1}" for (x1, y1), (x2, y2) in pairwise(points)]
    return f"M{points[0][0]},{points[0][1]}l{' '.join(steps)}z"


def countries(topology: dict[str, Any]) -> Iterator[tuple[str | None, list[list[Point]]]]:
    """(alpha-2 or None where ISO knows no code, outlines)."""
    arcs = arcs_of(topology)
    for geometry in topology["objects"]["countries"]["geometries"]:
        found = pycountry.countries.get(numeric=str(geometry.get("id", "")).zfill(3))
        yield found.alpha_2 if found else None, list(rings(geometry, arcs))


def main() -> None:
    """Fetch and write."""
    with tempfile.TemporaryDirectory() as name:
        package = fetch(WORLD_ATLAS, Path(name))
        coarse, fine = (json.loads((package / f"countries-{scale}.json").read_text()) for scale in ("110m", "50m"))
    shapes: dict[str, dict[str, Any]] = {}
    without_code = ""
    for code, outlines in countries(coarse):
        drawn = "".join(path(outline) for outline in outlines)
        if code is None:
            without_code += drawn
        elif code not in LEFT_OUT:
            shapes[code] = {"d": drawn}
    largest: dict[str, tuple[float, Point]] = {}  # a country may have several entries, far islands for example
    for code, outlines in countries(fine):
        if code and code not in LEFT_OUT:
            found = [area_and_middle(outline) for outline in outlines]
            largest[code] = max([*found, *([largest[code]] if code in largest else [])])
    for code, (_area, (x, y)) in largest.items():
        shapes.setdefault(code, {}).update(x=round(x), y=round(y))
    world = {"width": WIDTH, "height": HEIGHT, "without_code": without_code, "countries": dict(sorted(shapes.items()))}
    TARGET.write_text(json.dumps(world, separators=(",", ":"), sort_keys=True) + "\n")
    print(
        f"{len(shapes)} countries, {sum('d' in one for one in shapes.values())} outlines, {TARGET.stat().st_size} bytes"
    )


if __name__ == "__main__":
    main()
