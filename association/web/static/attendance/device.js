/* The trainer's device: shows the changing code, notes who came, and goes on without a network.
   What was noted stays in this browser until the server has taken it; every note has an id and counts once. */
import { encodeQR } from "../vendor/qr-encode-0.7.0.js";

const place = document.getElementById("device");
const sheet = JSON.parse(document.getElementById("device-sheet").textContent);
const words = place.dataset;
const kinds = JSON.parse(words.kinds);
const line = document.getElementById("device-state");
const store = "attendance:" + sheet.lesson;
/* The clock that counts is the server's; a device that is wrong is put right by what it saw when it last asked. */
let ahead = Number(localStorage.getItem(store + ":ahead") || 0);
let drawn = null;
let sending = false;

function setAhead(servers) {
  ahead = Date.parse(servers) - Date.now();
  localStorage.setItem(store + ":ahead", String(ahead));
}

function now() { return new Date(Date.now() + ahead); }
function waiting() { return JSON.parse(localStorage.getItem(store) || "[]"); }
function keep(notes) { localStorage.setItem(store, JSON.stringify(notes)); }

function say(text, tone) {
  if (line.textContent === text) { return; }
  line.textContent = text;
  line.className = "notice notice--" + tone;
}

function tell() {
  const count = waiting().length;
  const owed = count ? words.waiting.replace("{count}", count) : "";
  if (!navigator.onLine) { say(words.offline + (owed ? " · " + owed : ""), "warn"); }
  else { say(owed || words.online, owed ? "warn" : "done"); }
}

function rowOf(person) { return place.querySelector('[data-person="' + person + '"]'); }

function showKind(person, kind) {
  const row = rowOf(person);
  if (row) { row.querySelector(".roll__state").textContent = kinds[kind] || kind; row.dataset.kind = kind; }
}

function draw() {
  const step = Math.floor(now().getTime() / 1000 / sheet.step_seconds);
  if (step === drawn) { return; }
  drawn = step;
  const at = step - sheet.first_step;
  const mark = sheet.marks[at];
  const picture = document.getElementById("device-qr");
  const digits = document.getElementById("device-digits");
  /* Before the doors open and after they close there is nothing to show. */
  place.querySelector(".door").hidden = mark === undefined;
  if (mark === undefined) { return; }
  const svg = encodeQR(sheet.address + sheet.place + "." + step + "." + mark, "svg", { ecc: "medium", border: 2 });
  const image = new DOMParser().parseFromString(svg, "image/svg+xml").documentElement;
  image.setAttribute("role", "img");
  image.setAttribute("aria-label", place.querySelector(".qr figcaption").textContent);
  picture.replaceChildren(document.importNode(image, true));
  digits.textContent = sheet.spoken[at].slice(0, 3) + " " + sheet.spoken[at].slice(3);
}

async function send() {
  const notes = waiting();
  if (sending || !navigator.onLine) { tell(); return; }
  sending = true;
  try {
    const answer = await fetch(sheet.hand_in, {
      method: "POST", credentials: "same-origin", redirect: "manual",
      headers: { "Content-Type": "application/json", "Accept": "application/json" },
      body: JSON.stringify({ sightings: notes.slice(0, 500) })
    });
    if (answer.status === 0 || answer.status === 401 || answer.type === "opaqueredirect") { say(words.signedOut, "bad"); return; }
    if (!answer.ok) { tell(); return; }
    const said = await answer.json();
    setAhead(said.now);
    const settled = new Set(said.taken.concat(said.refused.map(function (one) { return one.uid; })));
    keep(waiting().filter(function (one) { return !settled.has(one.uid); }));
    Object.entries(said.states).forEach(function (one) {
      if (!waiting().some(function (note) { return String(note.person_id) === one[0]; })) { showKind(one[0], one[1][0]); }
    });
    if (said.refused.length) { say(words.refused.replace("{why}", said.refused[0].detail), "bad"); return; }
    tell();
  } catch (failed) {
    say(words.offline + " · " + words.waiting.replace("{count}", waiting().length), "warn");
  } finally {
    sending = false;
  }
}

place.addEventListener("click", function (event) {
  const button = event.target.closest("button[data-kind]");
  if (!button) { return; }
  const person = Number(button.closest("[data-person]").dataset.person);
  const note = { uid: crypto.randomUUID(), person_id: person, kind: button.dataset.kind, at: now().toISOString() };
  keep(waiting().concat([note]));
  showKind(person, note.kind);
  send();
});

/* Only a page fresh from the server tells its time; one kept by the service worker would be late by as long as it lay. */
const age = (Date.now() - (performance.timeOrigin || Date.now())) / 1000;
if (navigator.onLine && !localStorage.getItem(store + ":ahead") && age < 60) { setAhead(sheet.now); }
if ("serviceWorker" in navigator) {
  navigator.serviceWorker.addEventListener("message", function (event) {
    if (event.data && event.data.kept) { place.dataset.kept = "yes"; }
  });
  navigator.serviceWorker.startMessages();
  navigator.serviceWorker.register("/training/attendance/worker.js", { scope: "/training/attendance/" })
    .then(function () { return navigator.serviceWorker.ready; })
    .then(function (worker) {
      /* This page and all it loaded, so that the next time it opens without a network. */
      const loaded = performance.getEntriesByType("resource").map(function (one) { return one.name; })
        .filter(function (name) { return name.startsWith(location.origin + "/static/"); });
      worker.active.postMessage({ keep: [location.href].concat(loaded) });
    });
}
waiting().forEach(function (note) { showKind(note.person_id, note.kind); });
place.hidden = false;
draw();
tell();
send();
setInterval(draw, 500);
setInterval(send, 10000);
window.addEventListener("online", send);
window.addEventListener("offline", tell);
