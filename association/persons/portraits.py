"""Portraits for certificates: read once, written anew small, without what cameras note. No face is looked for."""

from io import BytesIO

from PIL import Image, ImageOps

from association.documents import rules as papers
from association.kernel.errors import Invalid, Shortfall
from association.kernel.i18n import _
from association.vocabulary import DocumentKind

LARGEST_FILE = 5 * 1024 * 1024
MOST_PIXELS = 40_000_000
# 35 by 45 mm at 400 dots an inch.
LARGEST_SIDES = (551, 709)
LEAST_SIDE = 100


def prepared(content: bytes) -> bytes:
    """A JPEG of at most 551 by 709 dots, upright, without metadata. Raises Invalid for what is no whole picture."""
    kind = papers.apparent_kind(content[: papers.HEAD], content[-papers.TAIL :])
    if len(content) > LARGEST_FILE:
        raise _invalid(_("照片不能超过5 MB，请压缩后重新上传"))
    if kind not in (DocumentKind.JPEG, DocumentKind.PNG) or not papers.is_whole(content, kind):
        raise _invalid(_("请上传完整的JPEG或PNG照片"))
    try:
        with Image.open(BytesIO(content)) as opened:
            if opened.width * opened.height > MOST_PIXELS or min(opened.size) < LEAST_SIDE:
                raise _invalid(_("照片尺寸不合适：每边至少100像素，总共不超过4000万像素"))
            picture = ImageOps.exif_transpose(opened).convert("RGB")
    except (OSError, ValueError, SyntaxError) as error:
        raise _invalid(_("请上传完整的JPEG或PNG照片")) from error
    picture.thumbnail(LARGEST_SIDES)
    target = BytesIO()
    picture.save(target, "JPEG", quality=88)
    return target.getvalue()


def _invalid(sentence: str) -> Invalid:
    return Invalid(_("填写内容有误，请按各项提示改正。"), [Shortfall("portrait", "portrait", sentence)])
