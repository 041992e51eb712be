// The health book without a network: pages of /book that were opened once are shown again as they were.
// The network comes first, so that a new pass is seen at once; logging out removes everything that was kept.
const KEPT = "health-book-1";
const isPage = (path) => /^\/book(\/people\/\d+(\/travel)?)?$/.test(path);

self.addEventListener("install", (event) => event.waitUntil(self.skipWaiting()));
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));

// The page names itself, its family and its files at the first visit, when this worker did not see them loaded.
self.addEventListener("message", (event) => {
  if (event.data && event.data.keep) event.waitUntil(keepAll(event.data.keep));
});

async function keepAll(addresses) {
  const kept = await caches.open(KEPT);
  for (const address of addresses) {
    try {
      const answer = await fetch(address, { credentials: "same-origin" });
      if (answer.ok && !answer.redirected) await kept.put(address, answer);
    } catch (_offline) {
      // Kept at the next visit.
    }
  }
  const all = await self.clients.matchAll();
  all.forEach((client) => client.postMessage({ kept: addresses.length }));
}

self.addEventListener("fetch", (event) => {
  const address = new URL(event.request.url);
  if (event.request.method !== "GET" || address.origin !== self.location.origin) return;
  if (event.request.mode === "navigate" && isPage(address.pathname)) event.respondWith(page(event.request));
  else if (address.pathname.startsWith("/static/")) event.respondWith(file(event.request));
});

async function page(request) {
  const kept = await caches.open(KEPT);
  try {
    const answer = await fetch(request);
    const ended = answer.type === "opaqueredirect" || answer.redirected;
    if (ended) await caches.delete(KEPT);
    else if (answer.ok) await kept.put(new URL(request.url).pathname, answer.clone());
    else if (answer.status >= 500) return (await kept.match(new URL(request.url).pathname)) || answer;
    return answer;
  } catch (offline) {
    const held = await kept.match(new URL(request.url).pathname);
    if (held) return held;
    throw offline;
  }
}

async function file(request) {
  const kept = await caches.open(KEPT);
  const held = await kept.match(request.url);
  if (held) return held;
  return fetch(request);
}
