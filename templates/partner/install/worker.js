{% autoescape off %}/* Without a network the portal says so. Nothing of a person is ever kept here. */
"use strict";

const { page, kept, cache } = {{ data }};

self.addEventListener("install", (event) => {
  const fresh = kept.map((path) => new Request(path, { cache: "reload", credentials: "omit" }));
  event.waitUntil(caches.open(cache).then((box) => box.addAll(fresh)).then(() => self.skipWaiting()));
});

self.addEventListener("activate", (event) => {
  const scope = cache.slice(0, cache.lastIndexOf("-") + 1);
  const old = (name) => name.startsWith(scope) && name !== cache;
  event.waitUntil(
    caches.keys()
      .then((names) => Promise.all(names.filter(old).map((name) => caches.delete(name))))
      .then(() => self.clients.claim())
  );
});

self.addEventListener("fetch", (event) => {
  const { request } = event;
  if (request.method !== "GET") return;
  const { origin, pathname, search } = new URL(request.url);
  const known = origin === self.location.origin && kept.includes(pathname + search);
  if (request.mode !== "navigate" && !known) return;
  const instead = request.mode === "navigate" ? page : pathname + search;
  event.respondWith(
    fetch(request).catch(async () => (await caches.match(instead)) || Response.error())
  );
});
{% endautoescape %}
