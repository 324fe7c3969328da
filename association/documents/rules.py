"""What a file is, by its content and not by its name. Pure: bytes in, words out."""

import re

from association.kernel.i18n import N_
from association.vocabulary import DocumentKind

HEAD = 1024
LONGEST_NAME = 200
TAIL = 4096
LARGEST_PICTURE = 60_000_000  # pixels; a camera of 48 megapixels still fits
MOST_PIECES = 20_000  # segments or chunks of a picture; a program that writes 20 MB in pieces of 1 kB still fits

_SIGNS: tuple[tuple[bytes, DocumentKind], ...] = (
    (b"\xff\xd8\xff", DocumentKind.JPEG),
    (b"\x89PNG\r\n\x1a\n", DocumentKind.PNG),
)

_ENDINGS: dict[DocumentKind, tuple[str, ...]] = {
    DocumentKind.PDF: (".pdf",),
    DocumentKind.JPEG: (".jpg", ".jpeg"),
    DocumentKind.PNG: (".png",),
}

# Controls, marks that turn the direction of writing, and signs that file systems refuse.
_UNFIT = re.compile(r"[\x00-\x1f\x7f-\x9f\xad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ud800-\udfff\"<>:|?*]")

# Not taken, but named: "this is a Word file" helps, "wrong format" does not.
_OTHERS: tuple[tuple[bytes, str], ...] = (
    (b"\xd0\xcf\x11\xe0", N_("旧版Office文件（doc、xls）")),
    (b"Rar!", N_("RAR压缩文件")),
    (b"7z\xbc\xaf\x27\x1c", N_("7z压缩文件")),
    (b"\x1f\x8b", N_("gzip压缩文件")),
    (b"GIF8", N_("GIF图片")),
    (b"BM", N_("BMP图片")),
    (b"II*\x00", N_("TIFF图片")),
    (b"MM\x00*", N_("TIFF图片")),
    (b"MZ", N_("Windows程序")),
    (b"\x7fELF", N_("Linux程序")),
    (b"{\\rtf", N_("RTF文档")),
)
_IN_ZIP: tuple[tuple[bytes, str], ...] = (
    (b"word/", N_("Word文档（docx）")),
    (b"xl/", N_("Excel表格（xlsx）")),
    (b"ppt/", N_("PowerPoint演示文稿（pptx）")),
    (b"OFD.xml", N_("OFD文档")),
)


def apparent_kind(head: bytes, tail: bytes) -> DocumentKind | None:
    """The kind the first and last bytes show; pictures are still to be opened. ``None``: not taken."""
    for sign, kind in _SIGNS:
        if head.startswith(sign):
            return kind
    # ISO 32000: the header stands within the first 1024 bytes, the end mark near the end.
    if _other(head) is None and b"%PDF-" in head[:HEAD] and b"%%EOF" in tail:
        return DocumentKind.PDF
    return None


def seems_to_be(head: bytes) -> str:
    """What a file that is not taken seems to be (source text, to be translated)."""
    if b"%PDF-" in head[:HEAD] and _other(head) is None:
        return N_("不完整的PDF文件（缺少结尾，可能没有传完）")
    return _other(head) or (N_("文本文件") if _is_text(head) else N_("无法识别的文件"))


def _other(head: bytes) -> str | None:
    if head.startswith(b"PK\x03\x04"):
        return next((name for mark, name in _IN_ZIP if mark in head), N_("ZIP压缩文件"))
    for sign, name in _OTHERS:
        if head.startswith(sign):
            return name
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return N_("WebP图片")
    if head[4:8] == b"ftyp":
        return N_("HEIC图片") if head[8:12] in (b"heic", b"heix", b"mif1", b"msf1", b"hevc") else N_("视频")
    if re.match(rb"(?:\xef\xbb\xbf)?\s*<(?:\?xml|svg)", head[:HEAD], re.IGNORECASE):
        return N_("XML或SVG文件")
    # Any mark-up: browsers look for it behind blanks and comments too.
    if re.match(rb"(?:\xef\xbb\xbf)?\s*<[!a-z]", head[:HEAD], re.IGNORECASE):
        return N_("网页（HTML）")
    return None


def is_whole(content: bytes, kind: DocumentKind) -> bool:
    """Whether a picture goes on to its end mark, in a reasonable number of pieces; a PDF's end was seen already.

    Cheap, and done before a decoder is let at it: a decoder does not miss the second half of a JPEG, and is kept
    busy for seconds by millions of empty pieces.
    """
    if kind is DocumentKind.JPEG:
        return _jpeg_is_whole(content)
    return kind is not DocumentKind.PNG or _png_is_whole(content)


def _jpeg_is_whole(content: bytes) -> bool:
    at = 2
    for _piece in range(MOST_PIECES):
        mark = content[at : at + 2]
        if len(mark) < 2 or mark[0] != 0xFF:
            return False
        if mark[1] == 0xDA:
            # Looked for from here on only: a preview among the segments before has an end mark of its own.
            return content.find(b"\xff\xd9", at) >= 0
        if mark[1] == 0xFF:
            at += 1  # filling
        elif mark[1] in (0x00, 0x01) or 0xD0 <= mark[1] <= 0xD7:
            at += 2
        else:
            at += 2 + max(2, int.from_bytes(content[at + 2 : at + 4]))
    return False


def _png_is_whole(content: bytes) -> bool:
    at = 8
    for _piece in range(MOST_PIECES):
        kind = content[at + 4 : at + 8]
        if kind == b"IEND":
            return True
        if len(kind) < 4:
            return False
        at += 12 + int.from_bytes(content[at : at + 4])
    return False


def _is_text(head: bytes) -> bool:
    return b"\x00" not in head and sum(byte < 9 or 13 < byte < 32 for byte in head) == 0


def shown_name(filename: str, kind: DocumentKind) -> str:
    """A name safe to show and to save under: no folders, no controls, and the ending its content has."""
    name = re.split(r"[/\\]", filename)[-1]
    name = _UNFIT.sub("", name).strip(" .")
    endings = _ENDINGS[kind]
    if not name.lower().endswith(endings):
        name = f"{name or 'file'}{endings[0]}"
    stem, _dot, ending = name.rpartition(".")
    return f"{stem[:150]}.{ending}"
