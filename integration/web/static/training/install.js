// Lets the pages be installed, and keeps today's session for its athlete: in a cache that carries the athlete's tag, which
// the first page of anybody else deletes, as does signing out (service_worker.js).
import { byId } from "../dom.js";

const { root, owner, held } = byId("unsent").dataset;
const PREFIX = `backstride:${root}:`;
const MINE = `${PREFIX}mine:`;
const mine = `${MINE}${owner}`;

const removeOthers = async () => {
  for (const name of await caches.keys()) {
    const foreign = name.startsWith(MINE) && (name !== mine || !owner || held);
    if (foreign || (held && name.startsWith(`${PREFIX}moves:`))) await caches.delete(name);
  }
};

// The page of today's session: this one, or that which the button of this page leads to.
const session = () => (byId("player") && byId("done") ? location.pathname : byId("start-today")?.pathname);

const keep = async (path) => {
  const answer = await fetch(path);
  if (!answer.ok || answer.redirected) return;
  const headers = new Headers(answer.headers);
  headers.set("X-Kept-At", new Date().toISOString());
  const cache = await caches.open(mine);
  for (const kept of await cache.keys()) await cache.delete(kept);
  await cache.put(path, new Response(await answer.blob(), { headers }));
};

const prepare = async () => {
  await removeOthers();
  const registration = await navigator.serviceWorker.register(`${root}/sw.js`, { scope: `${root}/` });
  if (held) return;
  const ready = await navigator.serviceWorker.ready;
  (ready.active ?? registration.active)?.postMessage("moves");
  if (owner && session() && navigator.onLine) await keep(session());
};

// In a private window or over plain http a browser offers neither.
if ("serviceWorker" in navigator && "caches" in window) {
  addEventListener("load", () => { prepare().catch(() => {}); });
}
