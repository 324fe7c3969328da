/* How a registration stands, by a signed statement and the last signed status list that is held (docs/proofs.md). */
import { fromBase64url, sha256, toBase64url } from "./check.js";

export const DAY = 24 * 3600 * 1000;
const MARK_BYTES = 6;
/* How far a telephone's clock may be from the list's. */
const APART = 10 * 60 * 1000;

/* The list's payload, ready for looking up. */
export function readList(payload) {
  const listed = new Map();
  for (const [standing, text] of Object.entries(payload.standings)) {
    const bytes = fromBase64url(text);
    for (let at = 0; at + MARK_BYTES <= bytes.length; at += MARK_BYTES) {
      listed.set(toBase64url(bytes.subarray(at, at + MARK_BYTES)), standing);
    }
  }
  return { asOf: Date.parse(payload.as_of), entry: payload.head.entry, number: payload.number, listed };
}

/* Whether ``other`` may take the place of ``held``: never an older one, nor one of a shorter register. */
export function isNewer(other, held) {
  return !held || (other.number > held.number && other.entry >= held.entry);
}

export async function standingIn(list, number) {
  const mark = (await sha256(new TextEncoder().encode(number))).subarray(0, MARK_BYTES);
  return list.listed.get(toBase64url(mark)) || "";
}

const civilDay = (moment) => new Date(moment + 8 * 3600 * 1000).toISOString().slice(0, 10);

const TONES = {
  revoked: "bad", suspended: "warn", cancelled: "out", lapsed: "none", not_yet_valid: "info",
  withdrawn: "bad", replaced: "out", expired: "none", erased: "none", withheld: "warn",
};

/* Whether a list that was signed just now is old already: the telephone's clock is ahead. */
export function isAhead(list, now) { return now - list.asOf > APART; }

/* Whether the clock that was found ahead when it showed ``then`` has not been set back since. */
export function isAheadStill(then, now) { return Boolean(then) && now > then - APART; }

/* {code, tone}: only "in_force" is green, and only by a list of at most a day that knows the statement's entry. */
export async function judge(lines, list, now, ahead = false) {
  const [, , number, entry, first, last] = lines;
  if (!list) { return { code: "no_list", tone: "warn" }; }
  const standing = await standingIn(list, number);
  if (standing) { return { code: standing, tone: TONES[standing] || "warn" }; }
  if (list.entry < Number(entry)) { return { code: "list_older", tone: "warn" }; }
  if (ahead || now < list.asOf - APART) { return { code: "clock_wrong", tone: "warn" }; }
  const age = now - list.asOf;
  if (age > 7 * DAY) { return { code: "list_stale", tone: "warn" }; }
  const today = civilDay(Math.max(now, list.asOf));
  if (last && last < today) { return { code: "date_passed", tone: "warn" }; }
  if (first && today < first) { return { code: "not_begun", tone: "info" }; }
  if (age > DAY) { return { code: "list_aged", tone: "warn" }; }
  return { code: "in_force", tone: "good" };
}
