"""Opening what somebody sent: is it a workbook, is it whole, does it unpack to something reasonable. Nothing is run,
followed or fetched; what cannot be read is refused in words."""

import zipfile
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from io import BytesIO
from typing import IO, Any, Literal

from lxml import etree

from association.kernel.errors import Invalid
from association.kernel.i18n import N_, _
from association.workbooks.cells import LONGEST_TEXT
from association.workbooks.words import Refusal, refused

LARGEST_FILE = 20 * 1024 * 1024
LARGEST_PART = 96 * 1024 * 1024
LARGEST_WHOLE = 160 * 1024 * 1024
MOST_PARTS = 2_000
# A sheet of one value repeated packs about 100:1; what packs better than this is no workbook of people.
BEST_RATIO = 300
RATIO_COUNTS_FROM = 4 * 1024 * 1024

Kind = Literal["xlsx", "csv"]

_NOT_TAKEN: tuple[tuple[bytes, str], ...] = (
    (b"%PDF-", "PDF"),
    (b"\xff\xd8\xff", N_("JPEG图片")),
    (b"\x89PNG", N_("PNG图片")),
    (b"Rar!", N_("RAR压缩文件")),
    (b"7z\xbc\xaf\x27\x1c", N_("7z压缩文件")),
    (b"\x1f\x8b", N_("gzip压缩文件")),
    (b"{\\rtf", N_("RTF文档")),
    (b"<?xml", N_("XML文件")),
    (b"<!DOCTYPE", N_("网页（HTML）")),
    (b"<html", N_("网页（HTML）")),
    (b"<table", N_("网页（HTML）")),
)
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_MAIN = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"


def kind_of(content: bytes) -> Kind:
    """What the bytes are, whatever the name says. Raises Invalid for everything that is neither xlsx nor csv."""
    if not content.strip(b"\x00 \t\r\n\xef\xbb\xbf"):
        raise refused(Refusal.EMPTY)
    if content.startswith(_OLE):
        # An encrypted xlsx is an OLE file with a stream of this name (MS-OFFCRYPTO 2.3.4).
        locked = "EncryptedPackage".encode("utf-16-le") in content
        raise refused(Refusal.PASSWORD if locked else Refusal.OLD)
    if content.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return "xlsx"
    head = content[:1024].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    for sign, name in _NOT_TAKEN:
        if head.startswith(sign.lower()):
            raise refused(Refusal.KIND, seems=_(name))
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "csv"
    if b"\x00" in content or sum(byte < 9 or 13 < byte < 32 for byte in content[:4096]):
        raise refused(Refusal.KIND, seems=_(N_("无法识别的文件")))
    return "csv"


@dataclass(frozen=True, slots=True)
class SheetPart:
    """A worksheet by its place in the workbook, name, state and part."""

    index: int
    name: str
    hidden: bool
    part: str


class Package:
    """The parts of an xlsx file, each read at most as far as it says it is long."""

    def __init__(self, content: bytes) -> None:
        """Raises Invalid when the file is damaged, locked, has macros or unpacks beyond measure."""
        self.content = content
        try:
            self._zip = zipfile.ZipFile(BytesIO(content))
            self.infos = {info.filename: info for info in self._zip.infolist()}
        except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError, EOFError) as broken:
            raise refused(Refusal.DAMAGED, part="zip") from broken
        self._check_sizes()
        # Empty rows at the end of sheets, as far as they were looked for.
        self.gaps: dict[str, tuple[int, int] | None] = {}
        self._named = {name.lower(): name for name in self.infos}
        self.types = self.named("[Content_Types].xml")
        if self.types not in self.infos:
            raise refused(Refusal.KIND, seems=self._seems())
        self._check_types()

    def _check_sizes(self) -> None:
        infos = self._zip.infolist()
        if len(infos) > MOST_PARTS or len(infos) != len(self.infos):
            raise refused(Refusal.TOO_LARGE, part=_(N_("{count}个部分"), count=len(infos)))
        if any(info.flag_bits & 1 for info in infos):
            raise refused(Refusal.PASSWORD)
        for info in infos:
            ratio = info.file_size / max(1, info.compress_size)
            if info.file_size > LARGEST_PART or (info.file_size > RATIO_COUNTS_FROM and ratio > BEST_RATIO):
                raise refused(Refusal.TOO_LARGE, part=info.filename[:80])
        if sum(info.file_size for info in infos) > LARGEST_WHOLE:
            raise refused(Refusal.TOO_LARGE, part="zip")

    def _seems(self) -> str:
        if "mimetype" in self.infos:
            return _(N_("OpenDocument文件（ods等）"))
        return _(N_("ZIP压缩文件"))

    def _check_types(self) -> None:
        types = self.tree(self.types)
        found = [str(one.get("ContentType") or "") for one in types.iter() if isinstance(one.tag, str)]
        if any("vbaProject" in one or "macroEnabled" in one for one in found) or any(
            name.lower().endswith("vbaproject.bin") for name in self.infos
        ):
            raise refused(Refusal.MACROS)
        if _MAIN not in found:
            if any("wordprocessingml" in one for one in found):
                raise refused(Refusal.KIND, seems=_(N_("Word文档（docx）")))
            if any("presentationml" in one for one in found):
                raise refused(Refusal.KIND, seems=_(N_("PowerPoint演示文稿（pptx）")))
            if any("sheet.binary" in one for one in found):
                raise refused(Refusal.KIND, seems=_(N_("Excel二进制工作簿（xlsb）")))
            raise refused(Refusal.KIND, seems=_(N_("ZIP压缩文件")))

    def named(self, part: str) -> str:
        """A part's name as it stands in the file: names that differ in case only are one (ECMA-376 part 2, 6.2.2.3)."""
        return part if part in self.infos else self._named.get(part.lower(), part)

    @property
    def has_external_links(self) -> bool:
        return any(name.lower().startswith("xl/externallinks/") for name in self.infos)

    def open(self, part: str) -> IO[bytes]:
        """A part as a stream. Raises Invalid when it is not there."""
        try:
            return self._zip.open(part)
        except (KeyError, zipfile.BadZipFile, NotImplementedError, RuntimeError, OSError) as broken:
            raise refused(Refusal.DAMAGED, part=part[:80]) from broken

    def read(self, part: str) -> bytes:
        """A part as bytes. Raises Invalid when it cannot be unpacked."""
        try:
            with self.open(part) as stream:
                return stream.read()
        except (zipfile.BadZipFile, EOFError, OSError, ValueError, zlib.error) as broken:
            raise refused(Refusal.DAMAGED, part=part[:80]) from broken

    def tree(self, part: str) -> Any:
        """A small part as an XML tree. Raises Invalid."""
        return parse_xml(self.read(part), part)


def parse_xml(content: bytes, part: str) -> Any:
    """XML without entities, network or declarations. Raises Invalid."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        root = etree.fromstring(content, parser)
    except etree.XMLSyntaxError as broken:
        raise _unparsed(broken, part) from broken
    if root.getroottree().docinfo.doctype:
        raise refused(Refusal.ENTITIES, part=part[:80])
    return root


def _unparsed(broken: etree.XMLSyntaxError, part: str) -> Invalid:
    """libxml2 itself stops at texts of ten million characters."""
    if any(word in str(broken).lower() for word in ("huge", "limit", "too long", "buffer size")):
        return refused(Refusal.CELL, cell=part[:80], limit=LONGEST_TEXT)
    return refused(Refusal.DAMAGED, part=part[:80])


class Elements:
    """The elements with the given local names of a large part, one after the other, each let go of afterwards."""

    def __init__(
        self, package: Package, part: str, tags: tuple[str, ...], *, read: Callable[[IO[bytes]], Any] | None = None
    ) -> None:
        self._package, self._part, self._read = package, part, read
        self._tags = tuple(f"{{*}}{tag}" for tag in tags)

    def __iter__(self) -> Any:
        part = self._part
        stream = self._package.open(part)
        try:
            events = etree.iterparse(
                self._read(stream) if self._read else stream,
                events=("start", "end"),
                tag=("{*}worksheet", "{*}sst", "{*}styleSheet", *self._tags),
                resolve_entities=False,
                no_network=True,
                load_dtd=False,
                huge_tree=False,
            )
            declared: bool | None = None
            for event, element in events:
                if declared is None:
                    declared = bool(element.getroottree().docinfo.doctype)
                    if declared:
                        raise refused(Refusal.ENTITIES, part=part[:80])
                if event == "start" or element.getparent() is None:
                    continue
                yield element
                element.clear()
                above = element.getparent()
                while element.getprevious() is not None:
                    del above[0]
        except etree.XMLSyntaxError as broken:
            raise _unparsed(broken, part) from broken
        except (zipfile.BadZipFile, EOFError, OSError, ValueError, zlib.error) as broken:
            raise refused(Refusal.DAMAGED, part=part[:80]) from broken
        finally:
            stream.close()


def join(base: str, target: str) -> str:
    """The part a relationship of part ``base`` leads to."""
    if target.startswith("/"):
        return target[1:]
    places = base.split("/")[:-1]
    for piece in target.split("/"):
        if piece == "..":
            places = places[:-1]
        elif piece not in ("", "."):
            places.append(piece)
    return "/".join(places)


def rels_of(part: str) -> str:
    """Where the relationships of ``part`` stand."""
    folder, _slash, name = part.rpartition("/")
    return f"{folder}/_rels/{name}.rels" if folder else f"_rels/{name}.rels"


def relations(package: Package, part: str) -> dict[str, tuple[str, str]]:
    """id: (kind, part) of the relationships inside the file; those that lead outside are left out."""
    place = package.named(rels_of(part))
    if place not in package.infos:
        return {}
    found = {}
    for one in package.tree(place):
        if not isinstance(one.tag, str) or one.get("TargetMode") == "External":
            continue
        kind = str(one.get("Type") or "").rpartition("/")[2]
        found[str(one.get("Id") or "")] = (kind, package.named(join(part, str(one.get("Target") or ""))))
    return found


def workbook_part(package: Package) -> str:
    """Where the workbook itself stands. Raises Invalid."""
    for kind, part in relations(package, "").values():
        if kind == "officeDocument" and part in package.infos:
            return part
    raise refused(Refusal.DAMAGED, part="_rels/.rels")


def sheets_of(package: Package) -> tuple[SheetPart, ...]:
    """The worksheets in order. Raises Invalid when there is none."""
    main = workbook_part(package)
    parts = relations(package, main)
    found: list[SheetPart] = []
    for one in package.tree(main).iter("{*}sheet"):
        reference = next((value for name, value in one.attrib.items() if name.endswith("}id")), "")
        kind, part = parts.get(reference, ("", ""))
        if kind == "worksheet" and part in package.infos:
            hidden = one.get("state") in ("hidden", "veryHidden")
            found.append(SheetPart(len(found), str(one.get("name") or ""), hidden, part))
    if not found:
        raise refused(Refusal.DAMAGED, part=main)
    return tuple(found)


def is_1904(package: Package) -> bool:
    """Whether its days are counted from 1904."""
    for one in package.tree(workbook_part(package)).iter("{*}workbookPr"):
        return one.get("date1904") in ("1", "true")
    return False
