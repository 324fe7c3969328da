#!/usr/bin/env python3
"""Checks receipts and QR codes of the register by themselves: no network, nothing but Python 3.8 or newer.

    python3 jifang_check.py receipt.jws                    核验回执 a receipt
    python3 jifang_check.py 'https://…/v/SJZ-…#1234…'      标签或通知书的二维码内容 what a QR code says
    python3 jifang_check.py --keys keys.json receipt.jws   用另存的密钥清单 with a key list kept elsewhere

Ends with 0 when the signature holds, 1 when it does not, 2 when nothing could be checked. How it is signed:
docs/proofs.md. Ed25519 by RFC 8032, canonical JSON by RFC 8785, both below; nothing here is secret.
"""

import argparse
import base64
import hashlib
import json
import signal
import sys

# The key list of the day this file was downloaded, and the address it came from.
PINNED = None

WORDS = {
    "ok": ("签名有效，内容自签发后没有改动。", "The signature holds: nothing was changed since it was issued."),
    "unreadable": ("读不出签名：文件不完整，或不是本登记簿的签名文件。", "No signature can be read: it is cut short, or not from the register."),
    "header": ("签名头不合格式，不能采信。", "The header is not as it must be. Do not rely on it."),
    "algorithm": ("签名算法“{alg}”本程序不认识，请下载新版核对程序。", "It is signed by “{alg}”, which this program does not know. Download the newest one."),
    "issuer": ("签发地址不符，不能采信！文件写的是 {iss} ，应为 {issuer} 。{alike}", "Another issuer. Do not rely on it! It says {iss}, and should say {issuer}. {alike}"),
    "unknown_key": ("截至{as_of}的清单中没有密钥 {kid}，不能采信！如果是后来启用的密钥，请更新密钥清单后再核对。", "The key list of {as_of} has no key {kid}. Do not rely on it! If the key came into use later, fetch the newest list and check again."),
    "key_compromised": ("密钥 {kid} 已公告作废，其签名不再作数，请向原网站取重新签名的文件。", "Key {kid} was declared compromised; its signatures prove nothing. Fetch the newly signed file from the site."),
    "signature": ("签名不符：内容或签名被改动过，不能采信！", "The signature does not fit: something was altered. Do not rely on it!"),
    "not_canonical": ("内容不是规范JSON，不能采信。", "The content is not canonical JSON. Do not rely on it."),
    "key_time": ("签发时间不在密钥 {kid} 的使用期内，不能采信！", "It is dated outside the time in which key {kid} was in use. Do not rely on it!"),
    "number": ("地址中的编号与签名的编号不符，不能采信！", "The number in the address is not the one that was signed. Do not rely on it!"),
    "keys": ("密钥清单读不出。", "The key list cannot be read."),
}  # fmt: skip
MISSING = ("打不开文件“%s”（%s）。请核对路径，或把二维码的完整内容放在引号内。", "The file “%s” cannot be opened (%s). Check its path, or put all that the QR code says between quotes.")  # fmt: skip
# What may stand round a signature, as the page has it: spaces, ends of lines, a byte-order mark.
BLANKS = "\t\n\v\f\r \xa0\u1680\u2028\u2029\u202f\u205f\u3000\ufeff" + "".join(map(chr, range(0x2000, 0x200B)))
ALIKE = ("地址含有形似字母，请逐字核对。", "It contains letters that only look alike: compare it letter by letter.")
# What was signed: by the header of a file, or the first line of a statement.
KINDS = {
    "receipt": ("这是核验回执。", "This is a receipt."), "status-list": ("这是登记状态清单。", "This is a status list of registrations."),
    "certificate-list": ("这是培训证书状态清单。", "This is a status list of training certificates."), "webhook": ("这是推送消息。", "This is a message to a program."),
    "registration": ("这是一项登记（二维码）。", "This is a registration (QR code)."), "certificate": ("这是一份培训证书（二维码）。", "This is a training certificate (QR code)."),
}  # fmt: skip
# What a terminal would obey and nobody would see: controls, marks that turn the direction of writing, blanks of no width.
UNSEEN = {one: "\\u%04x" % one for one in [*range(10), *range(11, 32), *range(127, 160), 0xAD, 0x61C, *range(0x200B, 0x2010), *range(0x2028, 0x202F), *range(0x2060, 0x2070), 0xFEFF]}  # fmt: skip

# -- Ed25519 (RFC 8032, 5.1) ---------------------------------------------------------------------------------

P = 2**255 - 19
L = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P
ROOT = pow(2, (P - 1) // 4, P)


def _decoded(text):
    """The point that 32 bytes name, or None: only the one canonical encoding of a point is taken."""
    y = int.from_bytes(text, "little")
    sign, y = y >> 255, y & (2**255 - 1)
    if y >= P:
        return None
    square = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    x = pow(square, (P + 3) // 8, P)
    if (x * x - square) % P:
        x = x * ROOT % P
    if (x * x - square) % P or (x == 0 and sign):
        return None
    x = P - x if x & 1 != sign else x
    return x, y, 1, x * y % P


def _add(a, b):
    e, f = (a[1] - a[0]) * (b[1] - b[0]) % P, (a[1] + a[0]) * (b[1] + b[0]) % P
    g, h = 2 * a[3] * b[3] * D % P, 2 * a[2] * b[2] % P
    return (f - e) * (h - g) % P, (h + g) * (f + e) % P, (h - g) * (h + g) % P, (f - e) * (f + e) % P


def _times(number, point):
    total = (0, 1, 1, 0)
    while number:
        if number & 1:
            total = _add(total, point)
        point, number = _add(point, point), number >> 1
    return total


def _same(a, b):
    return (a[0] * b[2] - b[0] * a[2]) % P == 0 and (a[1] * b[2] - b[1] * a[2]) % P == 0


BASE = _decoded((4 * pow(5, P - 2, P) % P).to_bytes(32, "little"))


def verifies(public, signature, message):
    """Whether the Ed25519 signature holds; no second form of a signature, no point of small order is taken."""
    if len(public) != 32 or len(signature) != 64:
        return False
    key, first, s = _decoded(public), _decoded(signature[:32]), int.from_bytes(signature[32:], "little")
    if key is None or first is None or s >= L or any(_same(_times(8, one), (0, 1, 1, 0)) for one in (key, first)):
        return False
    k = int.from_bytes(hashlib.sha512(signature[:32] + public + message).digest(), "little") % L
    return _same(_times(s, BASE), _add(first, _times(k, key)))


# -- canonical JSON (RFC 8785) and base64url -----------------------------------------------------------------


def _number(value):
    if not abs(value) < 2**1024 - 2**970:  # beyond what numbers hold, or none
        raise ValueError("number")
    value = float(value)
    if value == 0:
        return "0"
    mantissa, _e, power = ("%r" % value).lower().lstrip("-").partition("e")
    whole, _dot, rest = mantissa.partition(".")
    digits = (whole + rest).lstrip("0")
    place = len(whole) + int(power or 0) - (len(whole + rest) - len(digits))
    digits = digits.rstrip("0")
    sign, n = "-" if value < 0 else "", len(digits)
    if n <= place <= 21:
        return sign + digits + "0" * (place - n)
    if 0 < place <= 21:
        return sign + digits[:place] + "." + digits[place:]
    if -6 < place <= 0:
        return sign + "0." + "0" * -place + digits
    return sign + digits[0] + ("." + digits[1:] if n > 1 else "") + "e%+d" % (place - 1)


def canonical(value):
    """The one way in which RFC 8785 writes a JSON value."""
    if value is None or isinstance(value, (bool, str)):
        return json.dumps(value, ensure_ascii=False)
    if isinstance(value, (int, float)):
        return _number(value)
    if isinstance(value, list):
        return "[%s]" % ",".join(map(canonical, value))
    names = sorted(value, key=lambda name: name.encode("utf-16-be", "surrogatepass"))
    return "{%s}" % ",".join("%s:%s" % (canonical(name), canonical(value[name])) for name in names)


def _bytes(text):
    content = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    if base64.urlsafe_b64encode(content).rstrip(b"=").decode() != text:
        raise ValueError("base64url")
    return content


def _canonically(content):
    """The JSON value of ``content``, or None when it is not written the one way."""
    value = json.loads(content.decode("utf-8"))
    return value if canonical(value).encode("utf-8") == content else None


# -- what is checked -----------------------------------------------------------------------------------------


def key_named(keys, kid):
    """The pinned key of that name. The name follows from the key: nobody can give it to another one."""
    for key in keys:
        if key.get("kid") == kid and key.get("alg") == "EdDSA" and key.get("crv") == "Ed25519":
            thumb = hashlib.sha256(canonical({"crv": "Ed25519", "kty": "OKP", "x": key["x"]}).encode()).digest()
            if base64.urlsafe_b64encode(thumb[:8]).rstrip(b"=").decode() == kid:
                return key
    return None


def _in_time(key, moment):
    """Moments of one form (UTC, to the second, or their days) order as text."""
    size, after = len(moment), key.get("not_after")
    return key["not_before"][:size] <= moment and (not after or moment <= after[:size])


def check_jws(text, pinned, issuer):
    """(code of WORDS, header, payload): the payload counts only with "ok"."""
    try:
        protected, payload, signature = text.strip(BLANKS).split(".")
        head, content, signed = _canonically(_bytes(protected)), _bytes(payload), _bytes(signature)
        members = ["alg", "iat", "iss", "kid", "typ"]
        if not isinstance(head, dict) or sorted(head) != members or set(map(type, head.values())) != {str}:
            return "header", {}, None
    except (ValueError, RecursionError):
        return "unreadable", {}, None
    if not head["typ"].startswith("jifang-") or not head["typ"].endswith("+jws"):
        return "header", head, None
    if head["alg"] != "EdDSA":
        return "algorithm", head, None
    if head["iss"] != issuer:
        return "issuer", head, None
    key = key_named(pinned, head["kid"])
    if key is None:
        return "unknown_key", head, None
    if key.get("compromised_at"):
        return "key_compromised", head, None
    if not verifies(_bytes(key["x"]), signed, ("%s.%s" % (protected, payload)).encode("ascii")):
        return "signature", head, None
    try:
        value = _canonically(content)
    except (ValueError, RecursionError):
        value = None
    if value is None:
        return "not_canonical", head, None
    if len(head["iat"]) != 20 or not _in_time(key, head["iat"]):
        return "key_time", head, None
    return "ok", head, value


# Which statement may stand behind which address.
PLACES = {"/v/": "registration", "/c/": "certificate"}


def check_address(text, pinned, issuer):
    """The same for what a QR code says: an address, and after its # the digits of a statement."""
    address, _mark, digits = text.strip(BLANKS).partition("#")
    place = min((at for at in map(address.find, PLACES) if at >= 0), default=-1)
    iss, number = address[:place], address[place + 3 :]
    head = {"iss": iss, "alg": "EdDSA"}
    if place < 0 or not (digits.isascii() and digits.isdigit()) or digits[0] == "0" or len(digits) > 2000:
        return "unreadable", {}, None
    content = int(digits).to_bytes((int(digits).bit_length() + 7) // 8, "big")
    if content[0] != 1 or len(content) < 74:
        return "unreadable", {}, None
    head["kid"] = base64.urlsafe_b64encode(content[1:9]).rstrip(b"=").decode()
    if iss != issuer:
        return "issuer", head, None
    key = key_named(pinned, head["kid"])
    if key is None:
        return "unknown_key", head, None
    if key.get("compromised_at"):
        return "key_compromised", head, None
    body = content[73:]
    signed = b"jifang-statement-1\n" + iss.encode() + b"\n" + content[1:9] + body
    if not verifies(_bytes(key["x"]), content[9:73], signed):
        return "signature", head, None
    lines = body.decode("utf-8").split("\n")
    if len(lines) < 3 or not _in_time(key, lines[1]):
        return "key_time", head, None
    right = lines[2] == number and lines[0] == PLACES[address[place : place + 3]]
    return ("ok" if right else "number"), head, lines


def spelled(text, longest):
    """``text`` with everything written out that only looks like a letter of ASCII, or that a terminal would obey."""
    return "".join(one if " " < one < "\x7f" else "[U+%04X]" % ord(one) for one in text)[:longest]


def said(code, head, issuer, as_of="?"):
    """The two sentences, in Chinese and English; a header may come from anybody, and is spelled."""
    iss = head.get("iss", "")
    facts = {"iss": spelled(iss, 200), "issuer": spelled(issuer, 200), "as_of": spelled(as_of, 40)}
    facts.update((name, spelled(head.get(name, ""), 40)) for name in ("alg", "kid"))
    odd = facts["iss"] != iss or "xn--" in iss
    return [one.format(alike=ALIKE[at] if odd else "", **facts) for at, one in enumerate(WORDS[code])]


def main():
    """Read what is to be checked and say how it stands."""
    # Where Chinese cannot be printed, English is; a letter that cannot is written as a code, and nothing ends for that.
    for stream in filter(lambda one: hasattr(one, "reconfigure"), (sys.stdout, sys.stderr)):
        stream.reconfigure(errors="backslashreplace")
    chinese = "核对".encode(sys.stdout.encoding or "ascii", "ignore") != b""
    asked = argparse.ArgumentParser(description="核对登记簿的签名 / checks signatures of the register")
    asked.add_argument("what", help="回执文件或二维码内容 / a .jws file, or what a QR code says")
    asked.add_argument("--keys", help="密钥清单 / a key list (/.well-known/jifang-keys.json) saved before")
    asked.add_argument("--issuer", help="签发地址 / the issuer's address, when the list shall not say it")
    given = asked.parse_args()
    try:
        pinned = PINNED
        if given.keys:
            with open(given.keys, encoding="utf-8-sig") as file:
                pinned = json.load(file)
        keys, issuer = list(pinned["keys"]), given.issuer or pinned["issuer"] + ""
        for key in [one for one in keys if one.get("alg") == "EdDSA"]:
            _bytes(key["x"] + key["not_before"][:0] + (key.get("not_after") or "")[:0])
    except (OSError, ValueError, TypeError, KeyError, AttributeError, RecursionError):
        print("\n".join(WORDS["keys"][not chinese :]))
        return 2
    if "#" in given.what and any(place in given.what for place in PLACES):
        code, head, value = check_address(given.what, keys, issuer)
    else:
        try:
            with open(given.what, encoding="utf-8-sig", errors="replace") as file:
                code, head, value = check_jws(file.read(), keys, issuer)
        except OSError as missing:
            print("\n".join(one % (given.what.translate(UNSEEN), missing.strerror) for one in MISSING[not chinese :]))
            return 2
    for sentence in said(code, head, issuer, str(pinned.get("as_of", "?")))[not chinese :]:
        print("\033[3%dm%s\033[0m" % (2 if code == "ok" else 1, sentence) if sys.stdout.isatty() else sentence)
    if code != "ok":
        return 1
    kind = head["typ"][7:-4] if "typ" in head else value[0]
    print(" ".join(KINDS.get(kind, [spelled(kind, 40)] * 2)[not chinese :]))
    print("%s · %s %s" % tuple(spelled(head.get(name, ""), 200) for name in ("iss", "kid", "iat")))
    print(json.dumps(value, ensure_ascii=not chinese, indent=2).translate(UNSEEN))
    return 0


if __name__ == "__main__":
    signal.signal(getattr(signal, "SIGPIPE", signal.SIGTERM), signal.SIG_DFL)  # head may stop reading
    sys.exit(main())
