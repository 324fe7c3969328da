/* Keeps the device page of a lesson, and what it needs, for when there is no network. Fresh answers come first;
   nothing else of the site is kept, and a page that was not opened with a network is not invented. */
"use strict";
const KEPT = "attendance-1";
const PAGE = /^\/training\/attendance\/lessons\/\d+\/device$/;

self.addEventListener("install", function () { self.skipWaiting(); });
self.addEventListener("activate", function (event) {
  event.waitUntil(
    caches.keys().then(function (names) {
      return Promise.all(names.filter(function (name) { return name.startsWith("attendance-") && name !== KEPT; })
        .map(function (name) { return caches.delete(name); }));
    }).then(function () { return self.clients.claim(); })
  );
});

/* What the page asked for before this worker was there. */
self.addEventListener("message", function (event) {
  if (event.data && event.data.keep) {
    event.waitUntil(caches.open(KEPT).then(function (cache) { return cache.addAll(event.data.keep); })
      .then(function () { event.source.postMessage({ kept: true }); }));
  }
});

self.addEventListener("fetch", function (event) {
  const address = new URL(event.request.url);
  if (event.request.method !== "GET" || address.origin !== self.location.origin) { return; }
  const isPage = PAGE.test(address.pathname);
  if (!isPage && !address.pathname.startsWith("/static/")) { return; }
  event.respondWith(
    fetch(event.request).then(function (answer) {
      if (answer.ok && !answer.redirected) {
        const copy = answer.clone();
        caches.open(KEPT).then(function (cache) { cache.put(event.request, copy); });
      }
      return answer;
    }).catch(function () {
      return caches.match(event.request, { ignoreVary: true }).then(function (kept) { return kept || Response.error(); });
    })
  );
});
