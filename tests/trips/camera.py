"""What a camera sees: moving pictures made of still ones."""

from collections.abc import Sequence
from io import BytesIO
from pathlib import Path

from PIL import Image

WIDE, HIGH, FRAMES = 960, 720, 20


def film(pictures: Sequence[bytes], target: Path) -> Path:
    """A raw film (Y4M) that shows each picture for two seconds, again and again: grey, as large as fits, a little askew."""
    colour = bytes([128]) * (WIDE * HIGH // 4) * 2
    with target.open("wb") as file:
        file.write(f"YUV4MPEG2 W{WIDE} H{HIGH} F10:1 Ip A1:1 C420jpeg\n".encode())
        for content in pictures:
            with Image.open(BytesIO(content)) as picture:
                shown = picture.convert("L")
                scale = min(WIDE / shown.width, HIGH / shown.height) * 0.9
                shown = shown.resize((int(shown.width * scale), int(shown.height * scale))).rotate(
                    2, expand=True, fillcolor=200
                )
            scene = Image.new("L", (WIDE, HIGH), 200)
            scene.paste(shown, ((WIDE - shown.width) // 2, (HIGH - shown.height) // 2))
            for _frame in range(FRAMES):
                file.write(b"FRAME\n" + scene.tobytes() + colour)
    return target
