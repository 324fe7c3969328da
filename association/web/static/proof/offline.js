/* The page for checking without a network: signature, then standing by the last signed status list that is held. */
import { checkAddress, checkJws, placeOf, sentence } from "./check.js";
import { isAhead, isAheadStill, isNewer, judge, readList, standingIn } from "./standing.js";
import { isSound, look, numberIn, whyNot } from "./scan.js";

const $ = (id) => document.getElementById(id);
const data = JSON.parse($("offline-data").textContent);
const words = data.words;
const KEYS = "jifang-keys";
/* What the clock showed when it was last found ahead of a list taken just then. */
const AHEAD = "jifang-clock-ahead";
/* What can be checked: each has a signed list of its own, and its own way of saying a statement's lines. */
const REGISTER = { name: "jifang-status-list", typ: "jifang-status-list+jws", url: data.list };
const CERTIFICATES = data.certificates;
const SOURCES = [REGISTER, CERTIFICATES];

const memory = new Map();
function recall(name) { try { return localStorage.getItem(name) || memory.get(name) || null; } catch (closed) { return memory.get(name) || null; } }
function remember(name, text) { memory.set(name, text); try { localStorage.setItem(name, text); } catch (full) { /* for this visit, then */ } }

/* -- what is held ------------------------------------------------------------------------------------------ */

let keys = data.keys;

/* A key never leaves the list, and one that was given up stays so: the later list counts. */
function takeKeys(other) {
  if (!other || other.issuer !== keys.issuer || !Array.isArray(other.keys) || other.as_of < keys.as_of) { return; }
  keys = other;
  remember(KEYS, JSON.stringify(other));
}

const ahead = () => isAheadStill(Number(recall(AHEAD)), Date.now());

async function takeList(source, text, fresh = false) {
  const found = await checkJws(text, keys.keys, keys.issuer);
  if (found.code !== "ok" || found.head.typ !== source.typ) { return false; }
  const other = readList(found.value), list = source.list || null;
  const same = list !== null && other.number === list.number;
  if (fresh && (same || isNewer(other, list))) { remember(AHEAD, isAhead(other, Date.now()) ? String(Date.now()) : ""); }
  if (!isNewer(other, list)) { return same; }
  source.list = other;
  remember(source.name, text);
  return true;
}

function showState(code) {
  const held = SOURCES.map((source) => source.list).filter(Boolean);
  const oldest = Math.min(...held.map((list) => list.asOf));
  $("as-of").textContent = held.length ? words.as_of.replace("{moment}", moment(oldest)) : words.no_list_yet;
  $("state").textContent = code ? words[code] : "";
  $("state").dataset.code = code;
}

function moment(time) {
  return new Intl.DateTimeFormat(document.documentElement.lang === "en" ? "en-GB" : "zh-CN", {
    dateStyle: "medium", timeStyle: "short", timeZone: "Asia/Shanghai",
  }).format(time);
}

/* What an address answers, as ``kind``; nothing where it does not. */
async function fetched(url, kind) {
  try {
    const answer = await fetch(url, { cache: "no-cache", credentials: "omit" });
    return answer.ok ? await answer[kind]() : null;
  } catch (offline) { return null; }
}

/* Each list by itself: one that does not come keeps nobody from the other. */
async function update() {
  showState("updating");
  takeKeys(await fetched(data.key_list, "json"));
  let missing = 0, refused = 0;
  for (const source of SOURCES) {
    const text = await fetched(source.url, "text");
    if (text === null) { missing += 1; } else if (!await takeList(source, text, true)) { refused += 1; }
  }
  if (refused) { showState("refused"); } else if (missing) { showState(missing < SOURCES.length ? "partly" : "offline"); } else { showState(ahead() ? "clock" : "updated"); }
}

/* -- what is asked ----------------------------------------------------------------------------------------- */

function fact(place, name, text, code) {
  if (!text) { return; }
  const pair = document.createElement("div"), term = document.createElement("dt"), value = document.createElement("dd");
  term.textContent = name;
  if (code) {
    const exact = document.createElement("span");
    exact.className = "code";
    exact.textContent = text;
    value.append(exact);
  } else { value.textContent = text; }
  pair.append(term, value);
  place.append(pair);
}

function facts(place, lines) {
  if (lines[0] === "certificate") {
    const [, stated, , signed, , first, last, level, name, title] = lines, said = CERTIFICATES.words;
    fact(place, said.number, signed, true);
    fact(place, said.name, name);
    fact(place, said.title, title);
    fact(place, said.level, CERTIFICATES.levels[level] || level);
    fact(place, said.valid, `${first} – ${last || words.no_end}`);
    fact(place, words.stated, stated);
    return;
  }
  const [, stated, signed, , first, last, category, subtype, model, maker] = lines;
  const kind = data.kinds[category];
  fact(place, words.number, signed, true);
  fact(place, words.model, model, true);
  fact(place, words.manufacturer, maker);
  fact(place, words.kind, kind ? `${category} ${kind.name} · ${kind.subtypes[subtype] || subtype}` : `${category} ${subtype}`);
  fact(place, words.valid, `${first} – ${last || words.no_end}`);
  fact(place, words.stated, stated);
}

function show(code, text, lines, number, source) {
  const list = (source || REGISTER).list;
  const own = source === CERTIFICATES && document.getElementById(`outcome-certificate-${code}`);
  const panel = (own || document.getElementById(`outcome-${code}`)).content.cloneNode(true);
  if (text) { panel.querySelector(".verdict__headline").textContent = text; }
  const list_ = panel.querySelector(".facts");
  if (lines) {
    facts(list_, lines);
  } else { fact(list_, words.number, number, true); }
  if (list && code !== "forged" && code !== "no_number" && code !== "mistyped") {
    panel.querySelector(".offline__as-of").textContent = words.as_of.replace("{moment}", moment(list.asOf));
  }
  $("outcome").replaceChildren(panel);
  $("outcome").focus();
  $("outcome").scrollIntoView({ block: "start" });
}

/* Without the blanks that were scanned, typed or sent along at the end. */
function trimmed(given) {
  let text = given.trim();
  while (text.endsWith("%20")) { text = text.slice(0, -3).trimEnd(); }
  return text;
}

export async function ask(given) {
  await ready;
  const text = trimmed(given), at = placeOf(text), mark = text.indexOf("#");
  /* An address that is not ours is said before anything else, even without a statement. */
  if (at > 0 && text.slice(0, at) !== keys.issuer) {
    show("forged", sentence(data.signature, "issuer", { iss: text.slice(0, at) }, keys.issuer));
    return;
  }
  /* Whatever stands behind an address of ours is a statement, or a damaged one. */
  if (mark >= 0 && mark < text.length - 1 && ((at >= 0 && at < mark) || /#[0-9]{100,}$/.test(text))) {
    const found = await checkAddress(text, keys.keys, keys.issuer);
    const certificate = found.code === "ok" && found.value[0] === "certificate";
    if (found.code !== "ok" || found.value.length !== 10) {
      const code = found.code === "ok" ? "unreadable" : found.code;
      show("forged", sentence(data.signature, code, found.head, keys.issuer, keys.as_of));
      return;
    }
    const source = certificate ? CERTIFICATES : REGISTER;
    /* A certificate's lines name its code before its number. */
    const judged = certificate ? [found.value[0], found.value[1], ...found.value.slice(3)] : found.value;
    show((await judge(judged, source.list || null, Date.now(), ahead())).code, "", found.value, "", source);
    return;
  }
  const number = numberIn(text);
  if (!number && text.includes("/c/")) { show("no_statement", "", null, text.slice(text.indexOf("/c/") + 3).split("#")[0], CERTIFICATES); return; }
  if (!number) { show("no_number"); return; }
  $("number").value = number;
  if (!isSound(number)) { show("mistyped", "", null, number); return; }
  if (!REGISTER.list) { show("no_list", "", null, number); return; }
  show((await standingIn(REGISTER.list, number)) || "unlisted", "", null, number);
}

/* -- the page ---------------------------------------------------------------------------------------------- */

let stop = null;

function closeCamera() {
  if (stop) { stop(); stop = null; }
  $("camera").hidden = true;
}

async function openCamera() {
  $("camera").hidden = false;
  $("camera-said").textContent = "";
  try {
    const end = await look($("video"), (text) => { closeCamera(); ask(text); });
    if ($("camera").hidden) { end(); } else { stop = end; }
  } catch (error) {
    closeCamera();
    $("camera-said").textContent = whyNot(error, words);
  }
}

async function begin() {
  try { takeKeys(JSON.parse(recall(KEYS) || "null")); } catch (broken) { /* those of the page, then */ }
  for (const source of SOURCES) {
    const held = recall(source.name);
    if (held) { await takeList(source, held); }
  }
  showState("");
}

const ready = begin();

$("scan").hidden = false;
$("scan").addEventListener("click", openCamera);
$("camera-close").addEventListener("click", closeCamera);
$("ask").addEventListener("submit", (event) => { event.preventDefault(); closeCamera(); ask($("number").value); });
$("update").addEventListener("click", () => ready.then(update));
window.addEventListener("online", () => ready.then(update));
window.addEventListener("pagehide", closeCamera);

/* The page stands in for the one that an address asks for: with a statement behind it or, as on the smallest label, without. */
const HERE = location.pathname === "/v/offline" ? "" : printed();

/* This page's address as it is printed: not what messengers and people add to it, nor the way to its main part. */
function printed() {
  const place = location.pathname.slice(0, 3), rest = location.pathname.slice(3);
  const name = place === "/v/" ? numberIn(location.pathname) : rest.replace(/[^0-9A-Za-z]/g, "").toUpperCase();
  return location.origin + place + (name || rest) + (location.hash === "#main" ? "" : location.hash);
}
async function askForHere() {
  if (HERE) { await ask(HERE); }
}

ready.then(async () => {
  /* Before the network is asked: whoever scanned a label in a basement gets the answer at once. */
  await askForHere();
  await update();
  await askForHere();
});

/* Whether what looks after addresses under a scope has all its files and is at work. */
async function atWork(scope) {
  const registration = await navigator.serviceWorker.register(data.worker, { scope });
  const coming = registration.installing || registration.waiting;
  if (registration.active || !coming) { return registration; }
  await new Promise((resolve, reject) => {
    const look = () => {
      if (coming.state === "activated") { resolve(); } else if (coming.state === "redundant") { reject(new Error(scope)); }
    };
    coming.addEventListener("statechange", look);
    look();
  });
  return registration;
}

/* Scripts run: what the page says to whoever has none is no longer true. */
$("kept").textContent = words.saving;

if ("serviceWorker" in navigator && window.isSecureContext) {
  /* Both before it is said: labels lie under one, certificates under the other. */
  Promise.all([atWork("/v/"), atWork("/c/")])
    .then(([one]) => {
      /* Without a network the page comes in the language in which it was last seen with one. */
      one.active.postMessage({ language: document.documentElement.lang === "en" ? "en" : "zh" });
      $("kept").textContent = words.saved; $("kept").dataset.kept = "yes";
    })
    .catch(() => { $("kept").textContent = words.unsaved; });
} else { $("kept").textContent = words.unsaved; }
