/* Checks signatures of the register by itself (docs/proofs.md): receipts, status lists, and statements in QR codes.
   Ed25519 by the browser where it can, else by @noble/ed25519 (vendored). What either would let through and RFC 8032
   or good sense would not (a second form of a signature or key, points of small order) is refused before. */

const P = (1n << 255n) - 19n;
const L = (1n << 252n) + 27742317777372353535851937790883648493n;
/* The y of all points of small order; their signs do not matter. */
const SMALL = new Set([
  0n, 1n, P - 1n,
  0x05fc536d880238b13933c6d305acdfd5f098eff289f4c345b027b2c28f95e826n,
  0x7a03ac9277fdc74ec6cc392cfa53202a0f67100d760b3cba4fd83d3d7817a2c7n,
]);

let fallback = () => import("../vendor/noble-ed25519-3.2.0.js");
export function useFallback(loader) { fallback = loader; }

/* -- bytes ------------------------------------------------------------------------------------------------ */

const utf8 = (text) => new TextEncoder().encode(text);
const asText = (bytes) => new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);

export function toBase64url(bytes) {
  let text = "";
  for (let at = 0; at < bytes.length; at += 8192) { text += String.fromCharCode(...bytes.subarray(at, at + 8192)); }
  return btoa(text).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
}

export function fromBase64url(text) {
  if (!/^[A-Za-z0-9_-]*$/.test(text)) { throw new Error("base64url"); }
  const raw = atob(text.replace(/-/g, "+").replace(/_/g, "/"));
  const bytes = new Uint8Array(raw.length);
  for (let at = 0; at < raw.length; at += 1) { bytes[at] = raw.charCodeAt(at); }
  if (toBase64url(bytes) !== text) { throw new Error("base64url"); }
  return bytes;
}

function littleEndian(bytes) {
  let number = 0n;
  for (let at = bytes.length - 1; at >= 0; at -= 1) { number = (number << 8n) | BigInt(bytes[at]); }
  return number;
}

function joined(...parts) {
  const whole = new Uint8Array(parts.reduce((size, part) => size + part.length, 0));
  let at = 0;
  for (const part of parts) { whole.set(part, at); at += part.length; }
  return whole;
}

/* -- SHA-2, for pages without WebCrypto (plain http) ------------------------------------------------------ */

function root(value, power) {
  let low = 0n, high = 1n << 72n;
  while (high - low > 1n) {
    const middle = (low + high) >> 1n;
    if (middle ** power <= value) { low = middle; } else { high = middle; }
  }
  return low;
}

function primes(count) {
  const found = [];
  for (let one = 2; found.length < count; one += 1) { if (found.every((p) => one % p)) { found.push(one); } }
  return found.map(BigInt);
}

const FORMS = {
  256: { size: 32n, rounds: 64, turns: [[2n, 13n, 22n], [6n, 11n, 25n], [7n, 18n, 3n], [17n, 19n, 10n]] },
  512: { size: 64n, rounds: 80, turns: [[28n, 34n, 39n], [14n, 18n, 41n], [1n, 8n, 7n], [19n, 61n, 6n]] },
};

export function sha2(bits, message) {
  const { size, rounds, turns } = FORMS[bits];
  const mask = (1n << size) - 1n, word = Number(size) / 8, block = word * 16;
  const turn = (x, by) => ((x >> by) | (x << (size - by))) & mask;
  const mixed = (x, [a, b, c]) => turn(x, a) ^ turn(x, b) ^ turn(x, c);
  const spread = (x, [a, b, c]) => turn(x, a) ^ turn(x, b) ^ (x >> c);
  const constants = primes(rounds).map((p) => root(p << (3n * 64n), 3n) >> (64n - size) & mask);
  const state = primes(8).map((p) => root(p << 128n, 2n) >> (64n - size) & mask);
  const padded = new Uint8Array(Math.ceil((message.length + 1 + word * 2) / block) * block);
  padded.set(message);
  padded[message.length] = 0x80;
  let length = BigInt(message.length) * 8n;
  for (let at = padded.length - 1; length; at -= 1, length >>= 8n) { padded[at] = Number(length & 255n); }
  for (let start = 0; start < padded.length; start += block) {
    const w = [];
    for (let i = 0; i < rounds; i += 1) {
      if (i < 16) {
        w[i] = 0n;
        for (let at = 0; at < word; at += 1) { w[i] = (w[i] << 8n) | BigInt(padded[start + i * word + at]); }
      } else { w[i] = (spread(w[i - 2], turns[3]) + w[i - 7] + spread(w[i - 15], turns[2]) + w[i - 16]) & mask; }
    }
    let [a, b, c, d, e, f, g, h] = state;
    for (let i = 0; i < rounds; i += 1) {
      const one = h + mixed(e, turns[1]) + ((e & f) ^ (~e & mask & g)) + constants[i] + w[i];
      const two = mixed(a, turns[0]) + ((a & b) ^ (a & c) ^ (b & c));
      h = g; g = f; f = e; e = (d + one) & mask; d = c; c = b; b = a; a = (one + two) & mask;
    }
    [a, b, c, d, e, f, g, h].forEach((x, i) => { state[i] = (state[i] + x) & mask; });
  }
  const out = new Uint8Array(8 * word);
  state.forEach((x, i) => { for (let at = word - 1; at >= 0; at -= 1, x >>= 8n) { out[i * word + at] = Number(x & 255n); } });
  return out;
}

const subtle = () => (globalThis.crypto && globalThis.crypto.subtle) || null;

export async function sha256(message) {
  return subtle() ? new Uint8Array(await subtle().digest("SHA-256", message)) : sha2(256, message);
}

/* -- Ed25519 ---------------------------------------------------------------------------------------------- */

function namesAPoint(bytes) {
  const y = littleEndian(bytes) & ((1n << 255n) - 1n);
  return y < P && !SMALL.has(y);
}

export async function verifies(publicKey, signature, message) {
  if (publicKey.length !== 32 || signature.length !== 64) { return false; }
  if (!namesAPoint(publicKey) || !namesAPoint(signature.subarray(0, 32))) { return false; }
  if (littleEndian(signature.subarray(32)) >= L) { return false; }
  if (subtle()) {
    try {
      const key = await subtle().importKey("raw", publicKey, { name: "Ed25519" }, false, ["verify"]);
      return await subtle().verify({ name: "Ed25519" }, key, signature, message);
    } catch (unknown) { /* an older browser: the library below does it */ }
  }
  const noble = await fallback();
  try {
    if (subtle()) { return await noble.verifyAsync(signature, message, publicKey, { zip215: false }); }
    noble.hashes.sha512 = (content) => sha2(512, content);
    return noble.verify(signature, message, publicKey, { zip215: false });
  } catch (wrong) { return false; }
}

/* -- canonical JSON (RFC 8785) ---------------------------------------------------------------------------- */

/* A half of a surrogate pair by itself (no lookbehind: older Safari has none). */
function hasLone(text) { return /[\ud800-\udfff]/.test(text.replace(/[\ud800-\udbff][\udc00-\udfff]/g, "")); }

export function canonical(value) {
  if (typeof value === "string" && hasLone(value)) { throw new Error("surrogate"); }
  if (typeof value === "number" && !Number.isFinite(value)) { throw new Error("number"); }
  if (value === null || typeof value !== "object") { return JSON.stringify(value); }
  if (Array.isArray(value)) { return `[${value.map(canonical).join(",")}]`; }
  return `{${Object.keys(value).sort().map((name) => `${canonical(name)}:${canonical(value[name])}`).join(",")}}`;
}

function canonicalValue(bytes) {
  const text = asText(bytes);
  const value = JSON.parse(text);
  return canonical(value) === text ? value : undefined;
}

/* -- what is checked: code, and what may be shown --------------------------------------------------------- */

export async function keyNamed(keys, kid) {
  for (const key of keys) {
    if (key.kid === kid && key.alg === "EdDSA" && key.crv === "Ed25519") {
      const thumb = await sha256(utf8(canonical({ crv: "Ed25519", kty: "OKP", x: key.x })));
      if (toBase64url(thumb.subarray(0, 8)) === kid) { return key; }
    }
  }
  return null;
}

/* Whether a list is one: an issuer, and keys as they are read below. Those of another algorithm may have other members. */
export function isKeyList(list) {
  try {
    return typeof list.issuer === "string" && Array.isArray(list.keys) && list.keys.every((key) => key instanceof Object
      && !Array.isArray(key) && (key.alg !== "EdDSA" || (fromBase64url(key.x) && typeof key.not_before === "string" && (!key.not_after || typeof key.not_after === "string"))));
  } catch (broken) { return false; }
}

function inTime(key, moment) {
  const size = moment.length;
  return key.not_before.slice(0, size) <= moment && (!key.not_after || moment <= key.not_after.slice(0, size));
}

const HEADER = "alg,iat,iss,kid,typ";

export async function checkJws(text, keys, issuer) {
  let head, parts, content, signature;
  try {
    parts = text.trim().split(".");
    if (parts.length !== 3) { return { code: "unreadable", head: {} }; }
    head = canonicalValue(fromBase64url(parts[0]));
    content = fromBase64url(parts[1]);
    signature = fromBase64url(parts[2]);
  } catch (broken) { return { code: "unreadable", head: {} }; }
  if (typeof head !== "object" || head === null || Array.isArray(head) || Object.keys(head).sort().join() !== HEADER
      || !Object.values(head).every((one) => typeof one === "string")) { return { code: "header", head: {} }; }
  if (!head.typ.startsWith("jifang-") || !head.typ.endsWith("+jws")) { return { code: "header", head }; }
  if (head.alg !== "EdDSA") { return { code: "algorithm", head }; }
  if (head.iss !== issuer) { return { code: "issuer", head }; }
  const key = await keyNamed(keys, head.kid);
  if (!key) { return { code: "unknown_key", head }; }
  if (key.compromised_at) { return { code: "key_compromised", head }; }
  if (!await verifies(fromBase64url(key.x), signature, utf8(`${parts[0]}.${parts[1]}`))) { return { code: "signature", head }; }
  let value;
  try { value = canonicalValue(content); } catch (broken) { value = undefined; }
  if (value === undefined) { return { code: "not_canonical", head }; }
  if (head.iat.length !== 20 || !inTime(key, head.iat)) { return { code: "key_time", head }; }
  return { code: "ok", head, value };
}

/* Which statement may stand behind which address: /v/<number> of a registration, /c/<code> of a training certificate. */
export const KINDS = { "/v/": "registration", "/c/": "certificate" };

export function placeOf(address) { return address.search(/\/[vc]\//); }

/* What a QR code says: an address, and after its # the digits of a statement. */
export async function checkAddress(text, keys, issuer) {
  const [address, digits = ""] = splitOnce(text.trim(), "#");
  const place = placeOf(address);
  if (place < 0 || !/^[1-9][0-9]{0,1999}$/.test(digits)) { return { code: "unreadable", head: {} }; }
  const iss = address.slice(0, place), number = address.slice(place + 3);
  let hex = BigInt(digits).toString(16);
  if (hex.length % 2) { hex = `0${hex}`; }
  const content = Uint8Array.from(hex.match(/../g), (pair) => parseInt(pair, 16));
  if (content[0] !== 1 || content.length < 74) { return { code: "unreadable", head: {} }; }
  const head = { alg: "EdDSA", iss, kid: toBase64url(content.subarray(1, 9)) };
  if (iss !== issuer) { return { code: "issuer", head }; }
  const key = await keyNamed(keys, head.kid);
  if (!key) { return { code: "unknown_key", head }; }
  if (key.compromised_at) { return { code: "key_compromised", head }; }
  const body = content.subarray(73);
  const signed = joined(utf8(`jifang-statement-1\n${iss}\n`), content.subarray(1, 9), body);
  if (!await verifies(fromBase64url(key.x), content.subarray(9, 73), signed)) { return { code: "signature", head }; }
  const lines = asText(body).split("\n");
  if (lines.length < 3 || !inTime(key, lines[1])) { return { code: "key_time", head }; }
  const right = lines[2] === number && lines[0] === KINDS[address.slice(place, place + 3)];
  return { code: right ? "ok" : "number", head, value: lines };
}

function splitOnce(text, mark) {
  const at = text.indexOf(mark);
  return at < 0 ? [text] : [text.slice(0, at), text.slice(at + 1)];
}

/* What was signed: by the header of a file, or the first line of a statement. */
export function kindOf(head, value) { return head.typ ? head.typ.slice("jifang-".length, -"+jws".length) : value[0]; }

/* A text with everything written out that only looks like a Latin letter, or turns the direction of writing. */
export function spelled(text, longest = 200) {
  return Array.from(text, (one) => (one > " " && one < "\x7f" ? one : `[U+${one.codePointAt(0).toString(16).toUpperCase().padStart(4, "0")}]`)).join("").slice(0, longest);
}

/* What nobody would see in a text, written as a code: controls, marks of direction, blanks of no width. */
export function seen(text) {
  return text.replace(/[\x00-\x09\x0b-\x1f\x7f-\x9f\xad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]/g,
    (one) => `\\u${one.charCodeAt(0).toString(16).padStart(4, "0")}`);
}

export function looksAlike(address) { return spelled(address) !== address || address.includes("xn--"); }

/* The sentence of a code, with what belongs into it: a header may come from anybody, and is spelled. ``asOf`` is the key list's. */
export function sentence(words, code, head, issuer, asOf = "") {
  const iss = head.iss || "";
  const facts = {
    alg: spelled(head.alg || "", 40), kid: spelled(head.kid || "", 40), iss: spelled(iss), issuer: spelled(issuer),
    alike: looksAlike(iss) ? words.alike : "", listed: asOf ? words.listed.replace("{as_of}", spelled(asOf, 40)) : "",
  };
  return words[code].replace(/\{(\w+)\}/g, (whole, name) => (name in facts ? facts[name] : whole));
}
