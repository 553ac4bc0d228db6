// The guided session: one move at a time, a timer that counts holds, breaths and sides with a tone, the screen awake.
// The page is complete without it, and needs no network once it is open.
import { byId } from "../dom.js";
import { MovingFigure, motionWanted } from "./moving_figure.js";
import { counted, partsOfSession } from "./session.js";
import { allowSound, tone } from "./sound.js";

const player = byId("player");
const session = byId("session");
const moves = [...session.querySelectorAll(":scope > .move")];
const figures = moves.map((move) => move.querySelector("figure")); // shown in the player while their move is done
const moving = figures.map((figure) => figure && new MovingFigure(figure.querySelector("svg")));
const parts = partsOfSession(moves);

let at = 0;
let left = parts[0].seconds;
let last = 0; // when the clock ticked last
let ticking = null;
let muted = false;
let shown = -1;

const sound = (pitch, length) => { if (!muted) tone(pitch, length); };

const showMove = (place) => {
  shown = place;
  byId("player-move").textContent = moves[place].dataset.name;
  byId("player-figure").replaceChildren(...(figures[place] ? [figures[place]] : []));
  moves.forEach((other, number) => { other.classList.toggle("away", number !== place); });
};

const show = () => {
  const part = parts[at];
  const words = [part.words, counted(part, part.seconds - left)].filter(Boolean).join(" · ");
  if (shown !== part.place) showMove(part.place);
  byId("player-place").textContent = `Move ${part.place + 1} of ${moves.length}`;
  byId("player-clock").textContent = Math.ceil(left);
  if (byId("player-beat").textContent !== words) byId("player-beat").textContent = words;
  byId("player-progress").value = 1 - left / part.seconds;
};

let lock = null;
const keepAwake = async (awake) => {
  try {
    if (!awake) await lock?.release();
    else if (!lock && navigator.wakeLock) {
      lock = await navigator.wakeLock.request("screen");
      lock.onrelease = () => { lock = null; };
    }
  } catch {
    lock = null; // low battery: the session goes on
  }
};

const putBack = () => figures.forEach((figure, place) => {
  if (!figure) return;
  moving[place].still();
  moves[place].querySelector("h2").after(figure);
});

// The figure follows the clock: it moves at the pace of the dose, and rests while the session is paused.
const moveFigure = () => {
  if (!ticking) return;
  const part = parts[at];
  const figure = moving[part.place];
  if (motionWanted()) figure?.follow(part, part.seconds - left + (performance.now() - last) / 1000);
  else figure?.still();
  requestAnimationFrame(moveFigure);
};

const stop = () => {
  clearInterval(ticking);
  ticking = null;
  byId("player-go").textContent = "Go on";
  keepAwake(false);
};

const finish = () => {
  stop();
  sound(880, 0.6);
  putBack();
  player.hidden = true;
  session.classList.add("over");
  const heading = byId("done")?.querySelector("h2");
  if (!heading) return;
  heading.tabIndex = -1;
  heading.focus();
  byId("done").scrollIntoView();
};

const go = (to) => {
  if (to >= parts.length) {
    finish();
    return;
  }
  at = Math.max(0, to);
  left = parts[at].seconds;
  sound(parts[at].kind === "work" ? 660 : 440, 0.25);
  show();
};

const tick = () => {
  const now = performance.now();
  const before = left;
  const part = parts[at];
  left -= (now - last) / 1000;
  last = now;
  if (left <= 0) {
    go(at + 1);
    return;
  }
  if (left <= 3 && Math.ceil(left) !== Math.ceil(before)) sound(520, 0.08);
  else if (counted(part, part.seconds - left) !== counted(part, part.seconds - before)) sound(600, 0.06);
  show();
};

const start = () => {
  allowSound();
  player.scrollIntoView({ block: "start" });
  last = performance.now();
  ticking = setInterval(tick, 100);
  requestAnimationFrame(moveFigure);
  byId("player-go").textContent = "Pause";
  keepAwake(true);
  sound(440, 0.2);
};

// To the next move (by 1), or (by -1) to the beginning of this one, then of the one before.
const jump = (by) => {
  const { place } = parts[at];
  const begin = (wanted) => parts.findIndex((part) => part.place === wanted);
  const back = at > begin(place) ? place : Math.max(0, place - 1);
  const wanted = by > 0 ? place + 1 : back;
  go(wanted >= moves.length ? parts.length : begin(wanted));
};

byId("player-go").addEventListener("click", () => (ticking ? stop() : start()));
byId("player-skip").addEventListener("click", () => jump(1));
byId("player-back").addEventListener("click", () => jump(-1));
byId("player-mute").addEventListener("click", (event) => {
  muted = !muted;
  event.currentTarget.setAttribute("aria-pressed", String(muted));
});

// Where a key already means something: the arrows choose in a select or among radio buttons, space presses a button.
const TAKES_KEYS = "input:not([type=checkbox]), select, textarea";
const TAKES_SPACE = "a, button, input, summary";
const KEYS = { " ": () => byId("player-go").click(), ArrowRight: () => jump(1), ArrowLeft: () => jump(-1) };
document.addEventListener("keydown", (event) => {
  if (player.hidden || event.altKey || event.ctrlKey || event.metaKey || event.target.closest(TAKES_KEYS)) return;
  if (!KEYS[event.key] || (event.key === " " && event.target.closest(TAKES_SPACE))) return;
  event.preventDefault();
  KEYS[event.key]();
});

document.addEventListener("visibilitychange", () => { if (!document.hidden && ticking) keepAwake(true); });
addEventListener("beforeprint", putBack);
addEventListener("afterprint", () => { if (!player.hidden) showMove(parts[at].place); });

// A warning sign was ticked, here or on another page of this browser.
const hold = () => {
  stop();
  player.hidden = true;
};
document.addEventListener("held", hold);

player.hidden = false;
session.classList.add("begun"); // from here on this script says which move is seen
show();
if ("held" in document.documentElement.dataset) hold();
