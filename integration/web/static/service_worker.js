// Keeps pages at hand without a network. What it keeps by itself is the same for everybody: files, the warning signs, the
// moves, each fetched without a cookie. What is an athlete's own is put by its pages into a cache of theirs
// (training/install.js); here it is only read, and deleted when somebody signs out or leaves.

const { root, version, files, open, moves } = self.backstride;
const PREFIX = `backstride:${root}:`;
const COMMON = `${PREFIX}common:${version}`;
const MOVES = `${PREFIX}moves:${version}`;
const MINE = `${PREFIX}mine:`;
const ENDS = new Set([`${root}/sign-out`, `${root}/leave`]);
const SESSION = new RegExp(`^${root}/routine/(\\d+|today)$`);

const names = async (wanted) => (await caches.keys()).filter(wanted);
const remove = async (wanted) => Promise.all((await names(wanted)).map((name) => caches.delete(name)));

// Adds what is not there yet, one after the other: it is no hurry.
const fill = async (name, paths) => {
  const cache = await caches.open(name);
  for (const path of paths) {
    if (await cache.match(path)) continue;
    const answer = await fetch(path, { credentials: "omit", headers: { "X-To-Keep": "yes" } });
    if (answer.ok && !answer.redirected) await cache.put(path, answer);
  }
};

self.addEventListener("install", (event) => {
  self.skipWaiting();
  event.waitUntil(fill(COMMON, [...open, ...files]));
});

self.addEventListener("activate", (event) => {
  const old = (name) => name.startsWith(PREFIX) && ![COMMON, MOVES].includes(name) && !name.startsWith(MINE);
  event.waitUntil(Promise.all([self.clients.claim(), remove(old)]));
});

// A page says that its athlete may see moves; on hold nobody says so.
self.addEventListener("message", (event) => {
  if (event.data === "moves") event.waitUntil(fill(MOVES, moves));
});

// Today's session, if it was kept today: yesterday's is no advice.
const session = async (path) => {
  for (const name of await names((other) => other.startsWith(MINE))) {
    const cache = await caches.open(name);
    const kept = await cache.match(path) ?? (path === `${root}/routine/today` && await cache.match((await cache.keys())[0]));
    if (kept && new Date(kept.headers.get("X-Kept-At")).toDateString() === new Date().toDateString()) return kept;
  }
  return undefined;
};

const withoutNetwork = async ({ pathname }) => {
  if (SESSION.test(pathname)) return await session(pathname) ?? caches.match(`${root}/offline`);
  return await caches.match(pathname, { cacheName: COMMON }) ?? await caches.match(pathname, { cacheName: MOVES })
    ?? caches.match(`${root}/offline`);
};

const page = async (request) => {
  try {
    return await fetch(request);
  } catch (error) {
    const kept = await withoutNetwork(new URL(request.url));
    if (!kept) throw error;
    return kept;
  }
};

const fromCache = async (request) => await caches.match(request, { cacheName: COMMON }) ?? fetch(request);

const fresh = async (request) => {
  try {
    return await fetch(request);
  } catch (error) {
    const kept = await caches.match(request, { cacheName: MOVES }) ?? await caches.match(request, { cacheName: COMMON });
    if (!kept) throw error;
    return kept;
  }
};

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const { origin, pathname } = new URL(request.url);
  if (origin !== self.location.origin || !pathname.startsWith(`${root}/`)) return;
  if (request.method === "POST" && ENDS.has(pathname)) event.waitUntil(remove((name) => name.startsWith(MINE)));
  if (request.method !== "GET") return;
  if (request.mode === "navigate") event.respondWith(page(request));
  else if (pathname.startsWith(`${root}/static/`)) event.respondWith(fromCache(request));
  else if (pathname.endsWith(".svg") || pathname === `${root}/figures.css`) event.respondWith(fresh(request));
});
