// Answers below a routine that could not be sent: kept in this browser for their athlete alone, for a week at most, and
// sent by the first page that has the network. While a red flag is among them no page in this browser shows an exercise.
"use strict";
const unsent = (() => {
  const place = document.getElementById("unsent");
  const { root, owner, token, drop, safety, connect, emergency } = place.dataset;
  const KEY = `backstride:unsent:${root}`, A_WEEK_MS = 7 * 24 * 3600 * 1000, PATIENCE_MS = 10_000;
  const OURS = /^\/routine\/(\d+|today)$/; // the only places that answers, and with them the token, are sent to
  const SAID = {
    sending: "What you answered after your routine is being sent.",
    waits: "What you answered after your routine is kept in this browser and sent as soon as the network is back.",
    unkept: "Not sent yet, and this browser keeps nothing: leave this page open until the network is back.",
    loose: "There is no network, and you did not agree to our keeping this: nothing is lost.",
    ended: "What you answered after a routine is not sent, since no session is open here. Connect, and it goes out by itself.",
    refused: "What you answered after a routine could not be sent.",
    gone: "What you answered after a routine was not kept: the note that it belonged to is gone.",
    old: "What you answered after a routine more than a week ago was never sent, and is deleted now.",
    flag: "You ticked a red flag, and it is not sent yet. No exercise and no running until you were seen.",
  };

  let kept = true, unkept = []; // `unkept` stands in where the browser stores nothing
  const sane = (entry) => entry && typeof entry.owner === "string" && OURS.test(entry.to) && Array.isArray(entry.fields);
  const all = () => {
    if (!kept) return unkept;
    try { return JSON.parse(localStorage.getItem(KEY) || "[]").filter(sane); } catch { return []; }
  };
  const store = (list) => {
    unkept = list;
    try {
      if (list.length) localStorage.setItem(KEY, JSON.stringify(list));
      else localStorage.removeItem(KEY);
    } catch { kept = false; }
  };
  const mine = () => all().filter((entry) => !owner || entry.owner === owner);
  const flags = (entry) => entry.fields.filter(([name]) => name === "red_flags");
  const held = () => mine().some((entry) => flags(entry).length);

  const mark = () => {
    document.documentElement.toggleAttribute("data-held", held());
    if (held()) document.dispatchEvent(new Event("held"));
  };
  const remove = (unwanted) => {
    store(all().filter((entry) => !unwanted(entry)));
    mark();
  };
  const moves = (entry) => entry.fields.find(([name]) => name === "moves")?.[1]; // stretches first, strength days later
  const same = (one) => (other) => one.owner === other.owner && one.to === other.to && moves(one) === moves(other);

  const link = (words, href) => Object.assign(document.createElement("a"), { textContent: words, href });
  const deletion = () => {
    const button = Object.assign(document.createElement("button"), { type: "button", className: "link", textContent: "Delete it from this browser" });
    button.addEventListener("click", () => {
      const those = mine();
      remove((entry) => those.some(same(entry)));
      place.hidden = true;
    });
    return button;
  };
  const line = (...parts) => {
    const paragraph = document.createElement("p");
    paragraph.append(...parts.flatMap((part) => [part, " "]));
    return paragraph;
  };
  const tell = (...parts) => {
    const urgent = held() ? [line(SAID.flag, emergency, link("Where to turn", safety))] : [];
    place.classList.toggle("alert", held());
    place.replaceChildren(...urgent, line(...parts));
    place.hidden = false;
  };

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

  const deliver = async (entry, { late = false, keeps = true } = {}) => {
    let answer;
    try { answer = navigator.onLine ? await post(entry, late) : {}; } catch { answer = {}; }
    const { status, said, next, hold } = answer;
    if (status === 200 && said) {
      remove((other) => same(entry)(other) && other.at === entry.at);
      if (hold || !late) location.assign(next);
      else tell(said, ...(next === safety ? [link("Where to turn", safety)] : []));
    } else if (status === 404) {
      remove(same(entry));
      tell(SAID.gone);
    } else if (status === 401) tell(SAID.ended, link("Connect", connect), deletion());
    else if (status === 400 || status === 403) tell(SAID.refused, link("Open the routine and answer again", root + entry.to), deletion());
    else tell(!keeps ? SAID.loose : kept ? SAID.waits : SAID.unkept);
    return status === 200;
  };

  const run = async () => {
    if (drop) remove((entry) => entry.owner === drop);
    const old = (entry) => !(Math.abs(Date.now() - entry.at) < A_WEEK_MS);
    const late = mine().some(old);
    remove(old);
    if (late) tell(SAID.old, link("Where to turn with a red flag", safety));
    const list = mine();
    if (list.length && !owner) tell(SAID.ended, link("Connect", connect), deletion());
    else if (list.length) tell(SAID.sending);
    if (owner) for (const entry of list) await deliver(entry, { late: true });
  };

  // Sends at once what was answered now; true when it arrived. It is kept before, since a page may close at any moment,
  // unless `keeps` is false.
  const send = (to, fields, keeps) => {
    const entry = { owner, to, at: Date.now(), fields };
    if (!keeps) return deliver(entry, { keeps });
    const before = all().find(same(entry));
    if (before) entry.fields = [...fields, ...flags(before).filter(([, flag]) => !fields.some(([, other]) => other === flag))];
    store([...all().filter((other) => !same(entry)(other)), entry]);
    mark();
    return deliver(entry);
  };

  addEventListener("online", run);
  addEventListener("pageshow", (event) => { if (event.persisted) run(); });
  addEventListener("storage", (event) => { if (event.key === KEY || event.key === null) mark(); });
  run();
  return { send, place };
})();
