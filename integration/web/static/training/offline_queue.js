// Answers below a routine that could not be sent: kept in this browser for their athlete alone, for a week at most, and
// sent by the first page that has the network. While a warning sign is among them no page in this browser shows a move.
import { byId, element, paragraph } from "../dom.js";
import { OfflineStore, same, signs } from "./offline_store.js";

export const place = byId("unsent"); // where the page says what waits

const { root, owner, token, drop, safety, connect, emergency } = place.dataset;
const A_WEEK_MS = 7 * 24 * 3600 * 1000;
const PATIENCE_MS = 10_000;
const SAID = {
  sending: "Sending the answers to your last routine.",
  waits: "Saved in this browser. We send your answers when the network is back.",
  unkept: "Not sent, and this browser cannot save it. Keep this page open until the network is back.",
  loose: "No network. Without your consent this browser saves nothing.",
  ended: "The answers to your last routine are not sent yet. Connect to send them.",
  refused: "The answers to your last routine could not be sent.",
  gone: "Your answers were not kept: their note no longer exists.",
  old: "Answers from more than a week ago were never sent. We deleted them.",
  sign: "You ticked a warning sign, and it is not sent yet. Do not exercise or run until a clinician has seen you.",
};

const store = new OfflineStore(root);
const mine = () => store.all().filter((entry) => !owner || entry.owner === owner);
const held = () => mine().some((entry) => signs(entry).length);

const mark = () => {
  document.documentElement.toggleAttribute("data-held", held());
  if (held()) document.dispatchEvent(new Event("held"));
};
const remove = (unwanted) => {
  store.remove(unwanted);
  mark();
};

const link = (words, href) => element("a", { textContent: words, href });
const deletion = () => {
  const button = element("button", { type: "button", className: "link", textContent: "Delete from this browser" });
  button.addEventListener("click", () => {
    const those = mine();
    remove((entry) => those.some(same(entry)));
    place.hidden = true;
  });
  return button;
};
const tell = (...parts) => {
  const urgent = held() ? [paragraph(SAID.sign, emergency, link("Get help", safety))] : [];
  place.classList.toggle("alert", held());
  place.replaceChildren(...urgent, paragraph(...parts));
  place.hidden = false;
};
const tellEnded = () => tell(SAID.ended, link("Connect", connect), deletion());

const post = async (entry, late) => {
  const body = new URLSearchParams(entry.fields);
  body.set("owner", entry.owner);
  body.set("answered", entry.at); // so that what arrives twice is known
  body.set("csrf_token", token); // of this page: an old one would be refused
  if (late) body.set("late", "true");
  const answer = await fetch(root + entry.to, {
    method: "POST", body, redirect: "manual", keepalive: true, headers: { Accept: "application/json" },
    signal: AbortSignal.timeout(PATIENCE_MS),
  });
  return { status: answer.status, ...await answer.json() }; // what is no JSON is no answer of ours
};

const arrived = (entry, { said, next, hold }, late) => {
  remove((other) => same(entry)(other) && other.at === entry.at);
  if (hold || !late) location.assign(next);
  else tell(said, ...(next === safety ? [link("Get help", safety)] : []));
};

// The server's answer; an empty one without a network.
const ask = async (entry, late) => {
  try {
    return navigator.onLine ? await post(entry, late) : {};
  } catch {
    return {};
  }
};
// What is said and done where the answers did not arrive, by the status of the server's answer.
const refused = (entry) => tell(SAID.refused, link("Answer again", root + entry.to), deletion());
const FAILED = {
  400: refused,
  401: tellEnded,
  403: refused,
  404: (entry) => {
    remove(same(entry));
    tell(SAID.gone);
  },
};
const tellWaiting = (keeps) => {
  if (!keeps) tell(SAID.loose);
  else tell(store.lasts ? SAID.waits : SAID.unkept);
};

// True when the answers arrived.
const deliver = async (entry, { late = false, keeps = true } = {}) => {
  const answer = await ask(entry, late);
  const there = answer.status === 200 && Boolean(answer.said);
  if (there) arrived(entry, answer, late);
  else if (FAILED[answer.status]) FAILED[answer.status](entry);
  else tellWaiting(keeps);
  return there;
};

const sendAll = async () => {
  if (drop) remove((entry) => entry.owner === drop);
  const old = (entry) => !(Math.abs(Date.now() - entry.at) < A_WEEK_MS);
  const late = mine().some(old);
  remove(old);
  if (late) tell(SAID.old, link("Warning signs: get help", safety));
  const waiting = mine();
  if (waiting.length && !owner) tellEnded();
  else if (waiting.length) tell(SAID.sending);
  if (owner) for (const entry of waiting) await deliver(entry, { late: true });
};

// Sends at once what was answered now; true when it arrived. It is kept before, since a page may close at any moment,
// unless `keeps` is false.
export const send = (to, fields, keeps) => {
  const entry = { owner, to, at: Date.now(), fields };
  if (!keeps) return deliver(entry, { keeps });
  store.put(entry);
  mark();
  return deliver(entry);
};

addEventListener("online", sendAll);
addEventListener("pageshow", (event) => { if (event.persisted) sendAll(); });
addEventListener("storage", (event) => { if (event.key === store.key || event.key === null) mark(); });
sendAll();
