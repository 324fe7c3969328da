/* The page to keep: checks a receipt, or what a QR code says, against the keys it brings along. */
import { checkAddress, checkJws, isKeyList, kindOf, seen, sentence, spelled } from "./check.js";

const $ = (id) => document.getElementById(id);
const said = JSON.parse($("words").textContent);
let pinned = JSON.parse($("pinned").textContent);

function line(parent, tag, text, lang, kind) {
  const made = document.createElement(tag);
  made.textContent = text;
  if (lang) { made.lang = lang === "zh" ? "zh-Hans" : "en"; }
  if (kind) { made.className = kind; }
  parent.append(made);
  return made;
}

function both(parent, tag, make, kind) {
  line(parent, tag, make(said.zh), "zh", kind);
  line(parent, tag, make(said.en), "en", kind ? `${kind} en` : "en");
}

function fact(list, name, text) {
  line(list, "dt", `${said.zh[name]} ${said.en[name]}`);
  line(list, "dd", text);
}

/* Beyond this a browser takes minutes to set the text. */
const MOST_SHOWN = 200_000;

/* Signed content as text. Of what is too long the short members come first, and the rest is cut off. */
function contentOf(value) {
  const written = (one) => JSON.stringify(one, null, 2);
  if (Array.isArray(value)) { return value.join("\n"); }
  if (!value || typeof value !== "object" || written(value).length <= MOST_SHOWN) { return written(value); }
  const sizes = new Map(Object.keys(value).map((name) => [name, written(value[name]).length]));
  return written(Object.fromEntries(Object.entries(value).sort(([one], [other]) => sizes.get(one) - sizes.get(other))));
}

function show(code, head, value) {
  const place = $("outcome");
  place.replaceChildren();
  const [tone, sign] = code === "ok" ? ["good", "✓"] : ["bad", "✕"];
  place.className = `outcome ${tone}`;
  line(place, "p", sign, "", "sign").setAttribute("aria-hidden", "true");
  both(place, "p", (words) => sentence(words, code, head, pinned.issuer, pinned.as_of), "word");
  if (code === "ok") {
    const list = document.createElement("dl");
    place.append(list);
    const kind = kindOf(head, value), named = said.zh[`kind_${kind}`];
    fact(list, "kind", named ? `${named} ${said.en[`kind_${kind}`]}` : spelled(kind, 40));
    fact(list, "issuer_label", head.iss);
    if (head.iat) { fact(list, "signed_at", head.iat); }
    fact(list, "key", `${head.kid} · ${head.alg}`);
    both(place, "h2", (words) => words.content);
    const content = contentOf(value), size = content.length.toLocaleString("en");
    if (content.length > MOST_SHOWN) {
      both(place, "p", (words) => words.cut.replace("{shown}", MOST_SHOWN.toLocaleString("en")).replace("{all}", size));
    }
    line(place, "pre", seen(content.slice(0, MOST_SHOWN)));
  }
  place.focus();
  place.scrollIntoView({ block: "start" });
}

/* The outcome of what was asked before never stands beside what is asked now. */
function clear() {
  $("outcome").className = "outcome";
  $("outcome").replaceChildren();
}

function say(name) {
  clear();
  both($("outcome"), "p", (words) => words[name]);
}

/* Until the browser has shown what was said; a page in the background is not shown, and is not waited for. */
function aFrame() {
  return new Promise((done) => { requestAnimationFrame(() => setTimeout(done)); setTimeout(done, 200); });
}

let turns = 0;

async function check(reading) {
  turns += 1;
  const turn = turns;
  say("checking");
  await aFrame();
  let found;
  try {
    const asked = (await reading()).trim();
    const how = asked.includes("#") ? checkAddress : checkJws;
    found = asked ? await how(asked, pinned.keys, pinned.issuer) : null;
  } catch (broken) { found = { code: "unreadable", head: {} }; }
  if (turn !== turns) { return; }
  if (found) { show(found.code, found.head, found.value); } else { say("empty"); }
}

/* A file is not put into the text area: one of thirteen megabytes would hold the page up for minutes. It is held, to be
   checked again by another key list. */
let held = null;

async function takeFile(file) {
  if (!file) { return; }
  held = file;
  $("text").value = "";
  await check(() => file.text());
}

/* What was pasted goes before what was chosen; and no name of a file stands where something else was checked. */
async function takeForm() {
  if (!$("text").value.trim() && held) { await takeFile(held); return; }
  $("file").value = "";
  held = null;
  await check(async () => $("text").value);
}

function showPinned(name) {
  $("as-of").replaceChildren();
  both($("as-of"), "p", (words) => words[name].replace("{as_of}", pinned.as_of));
  $("issuer").textContent = pinned.issuer;
  $("kids").textContent = pinned.keys.map((key) => `${key.kid} (${key.status})`).join("  ");
}

$("form").addEventListener("submit", (event) => { event.preventDefault(); takeForm(); });
$("file").addEventListener("change", (event) => takeFile(event.target.files[0]));
$("own").addEventListener("change", async (event) => {
  const file = event.target.files[0];
  if (!file) { return; }
  turns += 1;
  try {
    const list = JSON.parse(await file.text());
    if (!isKeyList(list)) { throw new Error("keys"); }
    pinned = list;
    showPinned("own_in_use");
    clear();
  } catch (broken) { show("keys", {}); }
});
for (const name of ["dragover", "drop"]) {
  document.addEventListener(name, (event) => {
    event.preventDefault();
    if (name === "drop" && event.dataTransfer.files.length) {
      $("file").value = "";
      takeFile(event.dataTransfer.files[0]);
    }
  });
}
showPinned("of");
