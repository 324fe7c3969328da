"""The only user of Whoosh: the search index is written and read here, as tokens and arrays."""

from array import array
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from pathlib import Path
from typing import Any

import numpy as np
from whoosh import columns, fields, formats
from whoosh import index as whoosh_index
from whoosh.codec.whoosh3 import W3Codec, W3FieldWriter, W3LeafMatcher
from whoosh.filedb.filestore import FileStorage

from catalog.register.documents import FIELDS, Document
from catalog.register.generations import Manifest, Unusable, boot, manifest_of, size_and_hash

NAME = "REGISTER"
MOST_SEGMENTS = 8


class Tokens(fields.FieldType):  # type: ignore[misc]
    """A field that is given its tokens: which documents hold them, and nothing else."""

    def __init__(self) -> None:
        self.format = formats.Existence()
        self.analyzer = None
        self.scorable = self.stored = self.unique = False
        self.multitoken_query = "default"
        self.column_type: columns.Column | None = None

    def index(self, value: Sequence[str], **_more: Any) -> Iterator[tuple[bytes, int, float, bytes]]:
        for token in value:
            yield token.encode(), 1, 1.0, b""

    def tokenize(self, value: Any, **_more: Any) -> Iterator[str]:
        yield value

    def to_bytes(self, value: Any) -> bytes:
        return value if isinstance(value, bytes) else str(value).encode()


def _schema() -> fields.Schema:
    return fields.Schema(of=fields.STORED(), **{name: Tokens() for name in FIELDS})


class _Pool:
    """The postings of a segment on their way to the disk: per field and token its documents, which come in order.

    In place of the library's own, which keeps a tuple for every posting and sorts them all. What takes the postings from
    it is ``_FieldWriter``.
    """

    def __init__(self) -> None:
        self._of: dict[str, dict[str, array[int]]] = {}

    def put(self, field: str, tokens: Iterable[str], place: int) -> None:
        """Document ``place`` holds these tokens."""
        of_field = self._of.setdefault(field, {})
        for token in tokens:
            documents = of_field.get(token)
            if documents is None:
                documents = of_field[token] = array("I")
            documents.append(place)

    def add(self, item: tuple[str, bytes, int, float, bytes]) -> None:
        """The same for one posting, as the library brings them from segments that it merges."""
        self.put(item[0], (item[1].decode(),), item[2])

    def iter_postings(self) -> Iterator[tuple[str, bytes, "array[int]"]]:
        """Every field and token with its documents, in order."""
        for field in sorted(self._of):
            of_field = self._of[field]
            for token in sorted(of_field):
                yield field, token.encode(), of_field[token]

    def cleanup(self) -> None:
        self._of = {}


class _FieldWriter(W3FieldWriter):  # type: ignore[misc]
    """Writes a token's documents a block at a time: the library's own asks the disk for every posting how long a field is."""

    def add_postings(
        self, schema: fields.Schema, _lengths: Any, items: Iterable[tuple[str, bytes, "array[int]"]]
    ) -> None:
        for field, of_field in groupby(items, key=lambda item: item[0]):
            self.start_field(field, schema[field])
            for _field, token, documents in of_field:
                self.start_term(token)
                self._add_all(documents)
                self.finish_term()
            self.finish_field()

    def _add_all(self, documents: "array[int]") -> None:
        writer, most = self._postwriter, self._postwriter._blocklimit
        for begin in range(0, len(documents), most):
            if begin:
                writer._write_block()
            writer._ids = documents[begin : begin + most]
            writer._weights = array("f", (1.0,)) * len(writer._ids)
            writer._maxweight = 1.0


class _Codec(W3Codec):  # type: ignore[misc]
    def field_writer(self, storage: Any, segment: Any) -> _FieldWriter:
        return _FieldWriter(self, storage, segment)


def _index(place: Path) -> Any:
    return whoosh_index.FileIndex(FileStorage(str(place), supports_mmap=True), indexname=NAME)


def create(place: Path) -> None:
    """An empty index in an empty folder."""
    whoosh_index.FileIndex.create(FileStorage(str(place), supports_mmap=True), _schema(), NAME)


def writer_of(place: Path) -> Any:
    """A writer; ``put`` documents, then ``commit`` or cancel it."""
    writer = _index(place).writer(codec=_codec())
    writer.pool.cleanup()
    writer.pool = _Pool()
    return writer


def _codec() -> _Codec:
    # Other values of inlinelimit meet a wrong method name in the library.
    return _Codec(blocklimit=1024, compression=3, inlinelimit=1)


def put(writer: Any, document: Document) -> None:
    """One document more."""
    place = writer.docnum
    writer.add_document(of=tuple(document.stored))
    for field, tokens in document.tokens.items():
        writer.pool.put(field, tokens, place)


def replace(writer: Any, number: str, documents: Iterable[Document]) -> None:
    """These are the documents of a registration; those it had are gone."""
    writer.delete_by_term("no", number)
    for document in documents:
        put(writer, document)


def commit(writer: Any, place: Path) -> int:
    """Make it so; the new generation. Many small segments become one."""
    writer.commit(merge=len(writer.segments) >= MOST_SEGMENTS)
    return int(_index(place).latest_generation())


# -- reading ------------------------------------------------------------------------------------------------

# Files whose hash this process has seen hold; files of an index never change.
sound: dict[str, tuple[int, str]] = {}


def opened(place: Path) -> tuple[Manifest, Any]:
    """The manifest and a reader of the index in ``place``, every file of it checked.

    Raises Unusable for whatever is wrong with it.
    """
    manifest = manifest_of(place)
    try:
        index = _index(place)
        reader = index.reader()
        # The reader of an index without documents has no generation of its own.
        generation = reader.generation() or index.latest_generation()
        needed = [f"_{NAME}_{generation}.toc"]
        for leaf, _base in reader.leaf_readers() if reader.doc_count_all() else ():
            of_segment = leaf.segment().segment_id()
            needed += [path.name for path in place.iterdir() if of_segment in path.name]
        for name in needed:
            # A file not named yet is of a commit whose writer has not come to write the manifest.
            said = manifest.files.get(name)
            if said is not None and sound.get(f"{place}/{name}") != said and size_and_hash(place / name) != said:
                raise Unusable(f"damaged: {name}")
    except Unusable:
        raise
    except Exception as broken:
        # What Whoosh raises of damaged files is of every kind: pickles, struct, zlib, types.
        raise Unusable(f"damaged: {type(broken).__name__}") from broken
    if generation < manifest.generation or (generation > manifest.generation and manifest.boot != boot()):
        # A commit that was killed is whole or absent while the machine runs on; after a power cut nobody knows.
        raise Unusable("damaged: an interrupted commit")
    sound.update((f"{place}/{name}", manifest.files[name]) for name in needed if name in manifest.files)
    return manifest, reader


def ids_of(leaf: Any, field: str, token: str) -> Any:
    """The documents of a segment that hold a token, in order; deleted ones may be among them.

    Block by block, a hundred times faster than the library's own ``all_ids``, with which a test compares it.
    """
    if (field, token) not in leaf:
        return np.empty(0, np.int32)
    matcher = leaf.postings(field, token)
    # Where documents are deleted the library wraps its matcher; ours leaves them out at the end.
    matcher = getattr(matcher, "child", matcher)
    if not isinstance(matcher, W3LeafMatcher):
        return np.fromiter(matcher.all_ids(), np.int32)
    blocks = []
    while True:
        matcher._read_data()
        blocks.append(np.cumsum(np.asarray(matcher._data[0], np.int32), dtype=np.int32))
        if matcher._lastblock:
            return blocks[0] if len(blocks) == 1 else np.concatenate(blocks)
        matcher._next_block()
