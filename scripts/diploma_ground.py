"""Draws the fine lines behind training certificates, ``association/paper/sheets/diploma.png``: run when they change.

A picture and not lines, because a PDF holds a picture once however many pages show it.
"""

import io
import math
from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path

import typst
from PIL import Image

TARGET = Path(__file__).parent.parent / "association" / "paper" / "sheets" / "diploma.png"
WIDTH, HEIGHT = 297.0, 210.0
INSET = 10.5
DOTS_PER_INCH = 240
COLOURS = 24
Point = tuple[float, float]


def path(points: list[Point]) -> str:
    """A smooth line through the middles between points."""
    said = [f"M{points[0][0]:.2f} {points[0][1]:.2f}"]
    for (x, y), (after_x, after_y) in pairwise(points[1:]):
        said.append(f"Q{x:.2f} {y:.2f} {(x + after_x) / 2:.2f} {(y + after_y) / 2:.2f}")
    return "".join(said)


def border() -> Iterator[str]:
    """Interlaced waves along the four sides."""
    right, bottom = WIDTH - INSET, HEIGHT - INSET
    for amplitude in (1.9, 1.3, 0.65):
        for phase in (0.0, math.pi):
            for along, across, length, waves in (
                (True, INSET, WIDTH, 46.0),
                (True, bottom, WIDTH, 46.0),
                (False, INSET, HEIGHT, 31.5),
                (False, right, HEIGHT, 31.5),
            ):
                points = []
                count = int(waves * 8)
                for place in range(count + 1):
                    on = INSET + (length - 2 * INSET) * place / count
                    off = across + amplitude * math.sin(2 * math.pi * waves * place / count + phase)
                    points.append((on, off) if along else (off, on))
                yield path(points)


def rosette(radius: Callable[[float, float], float], turns: int) -> Iterator[str]:
    """Curves round the middle, each turned a little against the one before."""
    for turn in range(turns):
        phase = 2 * math.pi * turn / turns
        angles = [2 * math.pi * place / 400 for place in range(402)]
        yield path(
            [
                (WIDTH / 2 + radius(at, phase) * math.cos(at) * 1.5, 108 + radius(at, phase) * math.sin(at))
                for at in angles
            ]
        )


def main() -> None:
    """Write the picture."""
    rings = [
        *rosette(lambda at, phase: 46 + 13 * math.sin(8 * at + phase), 12),
        *rosette(lambda at, phase: 22 + 7 * math.sin(6 * at + phase), 8),
    ]
    svg = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" fill="none">'
        f'<path d="{"".join(rings)}" stroke="#e6eef5" stroke-width=".22"/>'
        f'<path d="{"".join(border())}" stroke="#9db7d0" stroke-width=".17"/></svg>'
    )
    form = f'#set page(width: {WIDTH}mm, height: {HEIGHT}mm, margin: 0mm)\n#image(bytes(sys.inputs.svg), format: "svg", width: 100%)'
    drawn = typst.compile(form.encode(), format="png", ppi=DOTS_PER_INCH, sys_inputs={"svg": svg})
    assert isinstance(drawn, bytes)
    with Image.open(io.BytesIO(drawn)) as picture:
        picture.convert("RGB").quantize(COLOURS, dither=Image.Dither.NONE).save(TARGET, "PNG", optimize=True)


if __name__ == "__main__":
    main()
