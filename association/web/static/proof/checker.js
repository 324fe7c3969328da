/* The page to keep: checks a receipt, or what a QR code says, against the keys it brings along. */
import { checkAddress, checkJws, kindOf, seen, sentence, spelled } from "./check.js";

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

/* A key that the list at hand does not have is no forgery yet: it may be newer than the list. */
const TONES = { ok: ["good", "✓"], unknown_key: ["warn", "?"] };

function show(code, head, value) {
  const place = $("outcome");
  place.replaceChildren();
  const [tone, sign] = TONES[code] || ["bad", "✕"];
  place.className = `outcome ${tone}`;
  line(place, "p", sign, "", "sign").setAttribute("aria-hidden", "true");
  both(place, "p", (words) => sentence(words, code, head, pinned.issuer, pinned.as_of), "word");
  if (code === "ok") {
    const list = document.createElement("dl");
    place.append(list);
    const kind = kindOf(head, value), named = said.zh[`kind_${kind}`];
    fact(list, "kind", named ? `${named} ${said.en[`kind_${kind}`]}` : spelled(kind, 40));
    fact(list, "issuer", head.iss);
    if (head.iat) { fact(list, "signed_at", head.iat); }
    fact(list, "key", `${head.kid} · ${head.alg}`);
    both(place, "h2", (words) => words.content);
    line(place, "pre", seen(Array.isArray(value) ? value.join("\n") : JSON.stringify(value, null, 2)));
  }
  place.focus();
  place.scrollIntoView({ block: "start" });
}

async function check(text) {
  const asked = text.trim();
  if (!asked) {
    $("outcome").className = "outcome";
    $("outcome").replaceChildren();
    both($("outcome"), "p", (words) => words.empty);
    return;
  }
  const how = asked.includes("#") ? checkAddress : checkJws;
  let found;
  try { found = await how(asked, pinned.keys, pinned.issuer); } catch (broken) { found = { code: "unreadable", head: {} }; }
  show(found.code, found.head, found.value);
}

async function takeFile(file) {
  if (!file) { return; }
  $("text").value = (await file.text()).trim();
  await check($("text").value);
}

function showPinned(name) {
  $("as-of").replaceChildren();
  both($("as-of"), "p", (words) => words[name].replace("{as_of}", pinned.as_of));
  $("issuer").textContent = pinned.issuer;
  $("kids").textContent = pinned.keys.map((key) => `${key.kid} (${key.status})`).join("  ");
}

$("form").addEventListener("submit", (event) => { event.preventDefault(); check($("text").value); });
$("file").addEventListener("change", (event) => takeFile(event.target.files[0]));
$("own").addEventListener("change", async (event) => {
  const file = event.target.files[0];
  if (!file) { return; }
  try {
    const list = JSON.parse(await file.text());
    if (!Array.isArray(list.keys) || typeof list.issuer !== "string") { throw new Error("keys"); }
    pinned = list;
    showPinned("own_in_use");
  } catch (broken) { show("keys", {}); }
});
for (const name of ["dragover", "drop"]) {
  document.addEventListener(name, (event) => {
    event.preventDefault();
    if (name === "drop") { takeFile(event.dataTransfer.files[0]); }
  });
}
showPinned("of");
