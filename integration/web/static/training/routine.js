// The guided session: one move at a time, a timer that counts holds, breaths and sides with a tone, the screen awake.
// The page is complete without it, and needs no network once it is open.
"use strict";
const $ = (id) => document.getElementById(id);
const moves = [...document.querySelectorAll("#session > .move")];
const figures = moves.map((move) => move.querySelector("figure")); // shown in the player while their move is done
const READY_S = 5; // to get into position

// A session is a flat list of parts: get ready, hold, rest …
const parts = moves.flatMap((move, place) => {
  const beats = JSON.parse(move.dataset.beats);
  const rest = Number(move.dataset.rest);
  const list = [{ place, words: "Get ready", seconds: READY_S, kind: "ready" }];
  beats.forEach((beat, number) => {
    list.push({ place, ...beat, kind: "work" });
    const next = beats[number + 1];
    if (next && next.set !== beat.set && rest) list.push({ place, words: "Rest", seconds: rest, kind: "rest" });
    else if (next) list.push({ place, words: next.change, seconds: 3, kind: "ready" });
  });
  return list;
});

let at = 0, left = parts[0].seconds, ticking = null, muted = false, sound = null, lock = null, last = 0;

const tone = (pitch, length = 0.12) => {
  if (muted || !sound) return;
  const voice = sound.createOscillator(), loud = sound.createGain();
  voice.frequency.value = pitch;
  loud.gain.setValueAtTime(0.2, sound.currentTime);
  loud.gain.exponentialRampToValueAtTime(0.001, sound.currentTime + length);
  voice.connect(loud).connect(sound.destination);
  voice.start();
  voice.stop(sound.currentTime + length);
};

const counted = (part, gone) => {
  if (part.kind !== "work" || part.unit === "seconds") return "";
  const each = part.seconds / part.count;
  return `${part.one} ${Math.min(part.count, Math.floor(gone / each) + 1)} of ${part.count}`;
};

let shown = -1;
const show = () => {
  const part = parts[at], move = moves[part.place];
  if (shown !== part.place) {
    shown = part.place;
    $("player-move").textContent = move.dataset.name;
    $("player-figure").replaceChildren(...(figures[part.place] ? [figures[part.place]] : []));
    moves.forEach((other, number) => { other.classList.toggle("away", number !== part.place); });
  }
  $("player-place").textContent = `Move ${part.place + 1} of ${moves.length}`;
  $("player-clock").textContent = Math.ceil(left);
  const words = [part.words, counted(part, part.seconds - left)].filter(Boolean).join(", ");
  if ($("player-beat").textContent !== words) $("player-beat").textContent = words;
  $("player-progress").value = 1 - left / part.seconds;
};

const stay = async (awake) => {
  try {
    if (awake && !lock && navigator.wakeLock) { lock = await navigator.wakeLock.request("screen"); lock.onrelease = () => { lock = null; }; }
    if (!awake && lock) await lock.release();
  } catch { lock = null; } // low battery: the session goes on
};

const putBack = () => figures.forEach((figure, place) => { if (figure) moves[place].querySelector("h2").after(figure); });
addEventListener("beforeprint", putBack);
addEventListener("afterprint", () => { if (!$("player").hidden) { shown = -1; show(); } });

const stop = () => { clearInterval(ticking); ticking = null; $("player-go").textContent = "Go on"; stay(false); };

const finish = () => {
  stop();
  tone(880, 0.6);
  putBack();
  $("player").hidden = true;
  $("session").classList.add("over");
  const next = $("done");
  if (next) { next.querySelector("h2").tabIndex = -1; next.querySelector("h2").focus(); next.scrollIntoView(); }
};

const go = (to) => {
  if (to >= parts.length) { finish(); return; }
  at = Math.max(0, to);
  left = parts[at].seconds;
  tone(parts[at].kind === "work" ? 660 : 440, 0.25);
  show();
};

const tick = () => {
  const now = performance.now(), before = left;
  left -= (now - last) / 1000;
  last = now;
  const part = parts[at];
  if (left <= 0) { go(at + 1); return; }
  if (left <= 3 && Math.ceil(left) !== Math.ceil(before)) tone(520, 0.08);
  else if (counted(part, part.seconds - left) !== counted(part, part.seconds - before)) tone(600, 0.06);
  show();
};

const start = () => {
  sound = sound || new (window.AudioContext || window.webkitAudioContext)();
  sound.resume();
  $("player").scrollIntoView({ block: "start" });
  last = performance.now();
  ticking = setInterval(tick, 100);
  $("player-go").textContent = "Pause";
  stay(true);
  tone(440, 0.2);
};

const jump = (by) => { // to the next move, or to the beginning of this one, then of the one before
  const place = parts[at].place, first = parts.findIndex((part) => part.place === place);
  const wanted = by > 0 ? place + 1 : at > first ? place : place - 1;
  go(wanted >= moves.length ? parts.length : parts.findIndex((part) => part.place === Math.max(0, wanted)));
};

$("player-go").addEventListener("click", () => (ticking ? stop() : start()));
$("player-skip").addEventListener("click", () => jump(1));
$("player-back").addEventListener("click", () => jump(-1));
$("player-mute").addEventListener("click", (event) => {
  muted = !muted;
  event.currentTarget.setAttribute("aria-pressed", String(muted));
});
// Where a key already means something: the arrows choose in a select or among radio buttons, space presses a button.
const TAKES_KEYS = "input:not([type=checkbox]), select, textarea", TAKES_SPACE = "a, button, input, summary";
document.addEventListener("keydown", (event) => {
  if ($("player").hidden || event.altKey || event.ctrlKey || event.metaKey || event.target.closest(TAKES_KEYS)) return;
  if (event.key === " " && event.target.closest(TAKES_SPACE)) return;
  const does = { " ": () => $("player-go").click(), ArrowRight: () => jump(1), ArrowLeft: () => jump(-1) }[event.key];
  if (does) { event.preventDefault(); does(); }
});
document.addEventListener("visibilitychange", () => { if (!document.hidden && ticking) stay(true); });

// A red flag was ticked, here or on another page of this browser.
const hold = () => { stop(); $("player").hidden = true; };
document.addEventListener("held", hold);

$("session").classList.add("begun"); // from here on we say which move is seen
show();
if ("held" in document.documentElement.dataset) hold();
