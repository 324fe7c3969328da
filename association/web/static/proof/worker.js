/* Looks after /v/ and /c/: the page for checking without a network, and its files, are kept on the telephone.
   EDITION, PAGES and FILES stand above: the server writes them, so that anything new makes a new edition. */
const NAME = `jifang-offline-${EDITION}`;
const LANGUAGES = Object.keys(PAGES), CHOSEN = "jifang-language";
/* Labels and certificates; this page itself too. */
const OURS = /^\/[vc]\//;
const PATIENCE = 4000;

self.addEventListener("install", (event) => event.waitUntil((async () => {
  const cache = await caches.open(NAME);
  /* Without cookies: what is kept names nobody. */
  await cache.addAll([...Object.values(PAGES), ...FILES].map((file) => new Request(file, { cache: "no-cache", credentials: "omit" })));
  await self.skipWaiting();
})()));

self.addEventListener("activate", (event) => event.waitUntil((async () => {
  for (const name of await caches.keys()) {
    if (name.startsWith("jifang-offline-") && name !== NAME) { await caches.delete(name); }
  }
  await self.clients.claim();
})()));

function kept(file) { return caches.open(NAME).then((cache) => cache.match(file)); }

/* In which language somebody last had the page; a worker is asked without cookies and has no other store. */
self.addEventListener("message", (event) => {
  const { language } = event.data || {};
  if (LANGUAGES.includes(language)) {
    event.waitUntil(caches.open(CHOSEN).then((cache) => cache.put("/v/offline", new Response(language))));
  }
});

async function language(url) {
  const asked = new URL(url).searchParams.get("lang");
  if (LANGUAGES.includes(asked)) { return asked; }
  const last = await caches.open(CHOSEN).then((cache) => cache.match("/v/offline"));
  return last ? last.text() : (self.navigator.language || "").startsWith("en") ? "en" : "zh";
}

/* What an address leads to, the whole of it: what is still to come may never come. A browser takes no answer here that
   went through another address, so it is handed on as an answer of this one (and keeps what stands behind its #). */
async function follow(request) {
  const answer = await fetch(new Request(request, { redirect: "follow" }));
  if (answer.status >= 500) { throw new Error(String(answer.status)); }
  if (answer.redirected && OURS.test(new URL(answer.url).pathname)) { return Response.redirect(answer.url, 303); }
  const { status, statusText, headers } = answer;
  return new Response(await answer.arrayBuffer(), { status, statusText, headers });
}

/* The network, while it answers within a few seconds; else the page that is kept, which reads the address itself. */
async function page(request) {
  const asked = follow(request);
  const late = new Promise((_resolve, reject) => { setTimeout(() => reject(new Error("late")), PATIENCE); });
  try { return await Promise.race([asked, late]); } catch (offline) { /* kept, then */ }
  asked.catch(() => {});
  return (await kept(PAGES[await language(request.url)])) || asked.catch(() => fetch(request));
}

self.addEventListener("fetch", (event) => {
  const url = new URL(event.request.url);
  if (event.request.method !== "GET" || url.origin !== self.location.origin) { return; }
  if (event.request.mode === "navigate") {
    if (OURS.test(url.pathname)) { event.respondWith(page(event.request)); }
    return;
  }
  const file = url.pathname + url.search;
  if (FILES.includes(file)) {
    event.respondWith(kept(file).then((found) => found || fetch(event.request)));
  }
});
