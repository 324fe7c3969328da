/* On site: scans go into one list that stays on the telephone; one sending judges it. Without this file the page is a form. */
import { checkAddress, sentence, spelled } from "./check.js";
import { isSound, look, numberIn, whyNot } from "./scan.js";

const $ = (id) => document.getElementById(id);
const data = JSON.parse($("onsite-data").textContent);
const words = data.words;
const form = $("onsite"), field = form.elements.list, project = form.elements.project;
const KEPT = "jifang-onsite";

/* Numbers whose label bore a statement that is not ours. */
const doubtful = new Set();

/* The key under which the list was sent; what this page has last read or written; whether the browser keeps anything. */
let key = "", held = null, keeps = true;

function read() { try { return localStorage.getItem(KEPT); } catch (closed) { return null; } }
function recall() { try { return JSON.parse(held) || {}; } catch (odd) { return {}; } }
function remember() {
  const text = JSON.stringify({ list: field.value, project: project.value, key });
  try { localStorage.setItem(KEPT, text); held = text; keeps = true; } catch (full) { keeps = false; }
}
function forget() { held = null; try { localStorage.removeItem(KEPT); } catch (closed) { /* nothing was kept */ } }

function say(name, facts, waited) {
  const told = words[name].replace(/\{(\w+)\}/g, (whole, one) => (one in (facts || {}) ? facts[one] : whole));
  $("said").textContent = waited ? `${told} ${words.changed}` : told;
}

const lines = () => field.value.split("\n").map((line) => line.trim()).filter(Boolean);

/* -- the list ---------------------------------------------------------------------------------------------- */

function show() {
  const list = $("scanned"), all = lines();
  list.replaceChildren();
  list.hidden = all.length === 0;
  all.forEach((line, place) => {
    const item = document.createElement("li"), number = document.createElement("span"), away = document.createElement("button");
    number.className = "code";
    number.textContent = line;
    away.type = "button";
    away.className = "button button--quiet button--small";
    away.textContent = "✕";
    away.setAttribute("aria-label", words.remove.replace("{number}", line));
    away.addEventListener("click", () => { field.value = lines().filter((_one, at) => at !== place).join("\n"); changed(); });
    item.append(number);
    if (doubtful.has(numberIn(line))) {
      const warning = document.createElement("strong");
      warning.className = "onsite__warning";
      warning.textContent = words.doubtful;
      item.append(warning);
    }
    item.append(away);
    list.append(item);
  });
}

/* What waited to be sent was another list: whoever goes on sends it again themselves. Gives whether something waited. */
function halt() {
  const waited = sending !== null;
  if (waited) { sending.abort(); sending = null; }
  clearTimeout(timer);
  key = "";
  return waited;
}

function changed() {
  const waited = halt();
  show();
  remember();
  if (waited) { say("changed"); }
  return waited;
}

/* There is one list on the telephone, whichever page shows it: what another page has written is not overwritten here. */
function follow() {
  const text = read();
  if (!keeps || text === held || (!text && sending)) { return; }
  held = text;
  const { list = "", project: named = "", key: other = "" } = recall();
  if (list === field.value && named === project.value) {
    if (!sending) { key = other; }
    return;
  }
  const waited = halt();
  key = other;
  field.value = list;
  project.value = named;
  show();
  say(text ? "followed" : "judged", {}, waited);
}
window.addEventListener("storage", follow);
document.addEventListener("visibilitychange", () => { if (!document.hidden) { follow(); } });

/* What is wrong with the statement behind a label's address; nothing when there is none, as on the smallest label. */
async function wrongIn(text) {
  const at = text.indexOf("/v/"), [, behind = ""] = text.trim().split("#");
  if (at < 0 || !behind) { return ""; }
  const { code, head } = await checkAddress(text, data.keys, data.issuer);
  return code === "ok" ? "" : sentence(data.signature, code, head, data.issuer);
}

function tell(wrong) { if (wrong) { $("said").textContent += ` ${wrong}`; } }

let last = { text: "", at: 0 };

async function scanned(text) {
  /* The camera sees the same code many times a second. */
  if (text === last.text && Date.now() - last.at < 3000) { last.at = Date.now(); return; }
  last = { text, at: Date.now() };
  const at = text.indexOf("/v/");
  if (at > 0 && text.slice(0, at) !== data.issuer) { say("foreign", { iss: spelled(text.slice(0, at)) }); return; }
  const number = numberIn(text);
  if (!number) { say("not_ours"); return; }
  if (!isSound(number)) { say("mistyped", { number }); return; }
  const wrong = await wrongIn(text);
  if (wrong && !doubtful.has(number)) { doubtful.add(number); show(); }
  if (lines().map(numberIn).includes(number)) { say("twice", { number }); tell(wrong); return; }
  field.value = [...lines(), number].join("\n");
  const waited = changed();
  say("added", { number }, waited);
  tell(wrong);
  if (navigator.vibrate) { navigator.vibrate(60); }
}

/* -- the camera -------------------------------------------------------------------------------------------- */

let stop = null;

function close() {
  if (stop) { stop(); stop = null; }
  $("camera").hidden = true;
  $("scan").disabled = false;
}

$("scan").hidden = false;
$("scan").addEventListener("click", async () => {
  $("camera").hidden = false;
  $("scan").disabled = true;
  try {
    const end = await look($("video"), scanned);
    if ($("camera").hidden) { end(); } else { stop = end; }
  } catch (error) { close(); $("said").textContent = whyNot(error, words); }
});
$("camera-close").addEventListener("click", close);
window.addEventListener("pagehide", close);

/* -- sending, again and again while the line is bad: judged once, by its key --------------------------------- */

let timer = 0, wait = 5, sending = null;

function newKey() { return Array.from(crypto.getRandomValues(new Uint8Array(16)), (one) => one.toString(16).padStart(2, "0")).join(""); }

async function send() {
  clearTimeout(timer);
  key = key || newKey();
  remember();
  say("sending");
  const mine = new AbortController(), patience = setTimeout(() => mine.abort(), 20000);
  sending = mine;
  const body = new URLSearchParams({ list: field.value, project: project.value });
  let answer;
  try {
    answer = await fetch(form.action, { method: "POST", body, headers: { "Idempotency-Key": key, "HX-Request": "true" }, signal: mine.signal });
  } catch (offline) { answer = null; } finally { clearTimeout(patience); }
  /* Changed meanwhile: this answer is about another list. */
  if (sending !== mine) { return; }
  /* The address comes in a header: what is to be said on the next page is for the reader, not for this script. */
  const next = answer && answer.ok && answer.headers.get("HX-Redirect");
  if (next) {
    forget();
    location.assign(next);
  } else if (answer && answer.status >= 400 && answer.status < 500 && answer.status !== 409 && answer.status !== 429) {
    /* Refused: the page itself says why, with what was typed. */
    halt();
    remember();
    form.submit();
  } else {
    say(keeps ? "waiting" : "waiting_here", { seconds: wait });
    timer = setTimeout(send, wait * 1000);
    wait = Math.min(60, wait * 2);
  }
}

form.addEventListener("submit", (event) => {
  event.preventDefault();
  event.stopPropagation();
  close();
  wait = 5;
  send();
});
window.addEventListener("online", () => { if (sending) { wait = 5; send(); } });
for (const one of [field, project]) { one.addEventListener("input", changed); }

held = read();
const kept = recall();
if (!field.value && kept.list) { field.value = kept.list; }
if (!project.value && kept.project) { project.value = kept.project; }
show();
if (kept.key && field.value === kept.list) { key = kept.key; send(); }
