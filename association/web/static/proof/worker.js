/* Looks after /v/ and /c/: the page for checking without a network, and its files, are kept on the telephone.
   EDITION, PAGE and FILES stand above: the server writes them, so that anything new makes a new edition. */
const NAME = `jifang-offline-${EDITION}`;
const PATIENCE = 4000;

self.addEventListener("install", (event) => event.waitUntil((async () => {
  const cache = await caches.open(NAME);
  /* Without cookies: what is kept names nobody. */
  await cache.addAll(FILES.map((file) => new Request(file, { cache: "no-cache", credentials: "omit" })));
  await self.skipWaiting();
})()));

self.addEventListener("activate", (event) => event.waitUntil((async () => {
  for (const name of await caches.keys()) {
    if (name.startsWith("jifang-offline-") && name !== NAME) { await caches.delete(name); }
  }
  await self.clients.claim();
})()));

function kept(file) { return caches.open(NAME).then((cache) => cache.match(file)); }

/* The network, while it answers within a few seconds; else the page that is kept, which reads the address itself. */
async function page(request) {
  const asked = fetch(request);
  const late = new Promise((_resolve, reject) => { setTimeout(() => reject(new Error("late")), PATIENCE); });
  try {
    const answer = await Promise.race([asked, late]);
    if (answer.status < 500) { return answer; }
  } catch (offline) { /* kept, then */ }
  asked.catch(() => {});
  return (await kept(PAGE)) || asked;
}

self.addEventListener("fetch", (event) => {
  const url = new URL(event.request.url);
  if (event.request.method !== "GET" || url.origin !== self.location.origin) { return; }
  if (event.request.mode === "navigate") {
    if (/^\/[vc]\//.test(url.pathname)) { event.respondWith(page(event.request)); }
    return;
  }
  const file = url.pathname + url.search;
  if (file !== PAGE && FILES.includes(file)) {
    event.respondWith(kept(file).then((found) => found || fetch(event.request)));
  }
});
