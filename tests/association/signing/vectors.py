"""Vectors that every checker must agree on: RFC 8032 (7.1), and signatures that hold in one reading only.

``DOUBTFUL`` are forgeries by encoding: none may be taken.
"""

from typing import NamedTuple

from association.signing.checkers import jifang_check as plain


class Vector(NamedTuple):
    """A public key, a message, a signature (hexadecimal), and whether it holds."""

    name: str
    public: str
    message: str
    signature: str
    holds: bool


RFC_8032 = [
    Vector(
        "RFC 8032 test 1",
        "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
        "",
        "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b",
        True,
    ),
    Vector(
        "RFC 8032 test 2",
        "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
        "72",
        "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00",
        True,
    ),
    Vector(
        "RFC 8032 test 3",
        "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
        "af82",
        "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a",
        True,
    ),
    Vector(
        "RFC 8032 test SHA(abc)",
        "ec172b93ad5e563bf4932c70e1245034c35467ef2efd4d64ebf819683467e2bf",
        "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f",
        "dc2a4459e7369633a52b1bf277839a00201009a3efbf3ecb69bea2186c26b58909351fc9ac90b3ecfdfbc7c66431e0303dca179c138ac17ad9bef1177331a704",
        True,
    ),
]


def _with(vector: Vector, name: str, *, public: bytes = b"", first: bytes = b"", s: int | None = None) -> Vector:
    signature = bytes.fromhex(vector.signature)
    number = int.from_bytes(signature[32:], "little") if s is None else s
    return Vector(
        name,
        (public or bytes.fromhex(vector.public)).hex(),
        vector.message,
        ((first or signature[:32]) + number.to_bytes(32, "little")).hex(),
        False,
    )


def _le(number: int) -> bytes:
    return number.to_bytes(32, "little")


_TWO = RFC_8032[1]
_S = int.from_bytes(bytes.fromhex(_TWO.signature)[32:], "little")
_EIGHT = (
    bytes.fromhex("26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05"),
    bytes.fromhex("c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a"),
)
_SMALL = [
    _le(1),
    _le(0),
    _le(2**255 - 20),
    _le(1 << 255),
    *_EIGHT,
    *(_le(int.from_bytes(one, "little") | 1 << 255) for one in _EIGHT),
]
# y at or above p: the same points by another name.
_OTHER_NAMES = [_le(2**255 - 19 + more) for more in (0, 1, 3, 18)] + [
    _le((2**255 - 18) | 1 << 255),
    _le((1 << 255) | 1),
]

DOUBTFUL = [
    _with(_TWO, "S with the order added once", s=_S + plain.L),
    _with(_TWO, "S with the order added several times", s=_S + 8 * plain.L),
    _with(_TWO, "S with its highest bit set", s=_S | 1 << 255),
    _with(_TWO, "S of nothing", s=0),
    _with(_TWO, "the key with its sign turned", public=_le(int.from_bytes(bytes.fromhex(_TWO.public), "little") ^ 1 << 255)),
    # With A of small order and R = [S]B any message would verify.
    *(_with(_TWO, f"key of small order {one.hex()[:6]}", public=one, first=_le(1), s=0) for one in _SMALL),
    *(_with(_TWO, f"R of small order {one.hex()[:6]}", first=one) for one in _SMALL),
    *(_with(_TWO, f"key by another name {one.hex()[:6]}", public=one, first=_le(1), s=0) for one in _OTHER_NAMES),
    *(_with(_TWO, f"R by another name {one.hex()[:6]}", first=one) for one in _OTHER_NAMES),
    Vector("a key that is no point", _le(2).hex(), "", RFC_8032[0].signature, False),
    Vector("a signature cut short", _TWO.public, _TWO.message, _TWO.signature[:-2], False),
    Vector("a key cut short", _TWO.public[:-2], _TWO.message, _TWO.signature, False),
    Vector("another message", _TWO.public, "73", _TWO.signature, False),
]  # fmt: skip

VECTORS = [*RFC_8032, *DOUBTFUL]

# RFC 8785, 3.2.2 and appendix B: values, and the one way of writing them.
CANONICAL = [
    ('{"numbers":[333333333.33333329,1E30,4.50,2e-3,0.000000000000000000000000001],"string":"\\u20ac$\\u000F\\u000aA\'\\u0042\\u0022\\u005c\\\\\\"\\/","literals":[null,true,false]}',
     '{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],"string":"€$\\u000f\\nA\'B\\"\\\\\\\\\\"/"}'),
    ('{"\\u20ac":"Euro","\\r":"CR","\\ufb33":"Dalet","1":"One","\\ud83d\\ude00":"Smile","\\u0080":"Ctrl","\\u00f6":"o"}',
     '{"\\r":"CR","1":"One","\x80":"Ctrl","ö":"o","€":"Euro","😀":"Smile","\ufb33":"Dalet"}'),
    ("[0,-0,5e-324,-5e-324,1.7976931348623157e308,9007199254740992,-9007199254740992,295147905179352830000,9.999999999999997e22,1e+23,1e21,999999999999999900000,1e-6,1e-7,0.1,100,1.5,-12.25]",
     "[0,0,5e-324,-5e-324,1.7976931348623157e+308,9007199254740992,-9007199254740992,295147905179352830000,9.999999999999997e+22,1e+23,1e+21,999999999999999900000,0.000001,1e-7,0.1,100,1.5,-12.25]"),
]  # fmt: skip
