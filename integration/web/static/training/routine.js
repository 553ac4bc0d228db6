// The guided session: one move at a time, a timer that counts holds, breaths and sides with a tone or a voice, the screen
// awake. The page is complete without it, and needs no network once it is open.
import { byId } from "../dom.js";
import { MovingFigure, motionWanted } from "./moving_figure.js";
import { drawRing } from "./ring.js";
import { counted, partsOfSession, secondsOver } from "./session.js";
import { allowSound, tone } from "./sound.js";
import { keepAwake } from "./awake.js";
import { canSpeak, hush, letSpeak, say, speaks, spoken } from "./voice.js";

const player = byId("player");
const session = byId("session");
const moves = [...session.querySelectorAll(":scope > .move")];
const figures = moves.map((move) => move.querySelector("figure")); // shown in the player while their move is done
const moving = figures.map((figure) => figure && new MovingFigure(figure.querySelector("svg")));
const parts = partsOfSession(moves);
const whole = secondsOver(parts, parts.length, 0);
const page = document.documentElement.dataset;

const PAUSE = "M8 5v14M16 5v14";
const PLAY = "M8 5l11 7-11 7z";

let at = 0;
let left = parts[0].seconds;
let last = 0; // when the clock ticked last
let done = 0; // seconds that the session ran
let ticking = null;
let muted = false;
let shown = -1;

const sound = (pitch, length) => { if (!muted) tone(pitch, length); };
const speak = (...words) => { if (!muted) say(...words); };
const speakPart = (part) => speak(...spoken(part, moves[part.place].dataset));

const showMove = (place) => {
  shown = place;
  const { name, hint } = moves[place].dataset;
  byId("player-move").textContent = name;
  byId("player-hint").textContent = hint.charAt(0).toUpperCase() + hint.slice(1);
  byId("player-figure").replaceChildren(...(figures[place] ? [figures[place]] : []));
};

const show = () => {
  const part = parts[at];
  const words = [part.words, counted(part, part.seconds - left)].filter(Boolean).join(" · ");
  if (shown !== part.place) showMove(part.place);
  byId("player-place").textContent = `Move ${part.place + 1} of ${moves.length}`;
  byId("player-clock").textContent = Math.ceil(left);
  if (byId("player-beat").textContent !== words) byId("player-beat").textContent = words;
  byId("player-progress").value = secondsOver(parts, at, part.seconds - left) / whole;
  drawRing(part, part.seconds - left);
};

const putBack = () => figures.forEach((figure, place) => {
  if (!figure) return;
  moving[place].still();
  moves[place].querySelector("summary").after(figure);
});

// The figure follows the clock: it moves at the pace of the dose, and rests while the session is paused.
const moveFigure = () => {
  if (!ticking) return;
  const part = parts[at];
  const gone = part.seconds - left + (performance.now() - last) / 1000;
  const figure = moving[part.place];
  if (motionWanted()) figure?.follow(part, gone);
  else figure?.still();
  drawRing(part, Math.min(part.seconds, gone));
  requestAnimationFrame(moveFigure);
};

const showState = (state, words, path) => {
  page.running = state;
  byId("player-go").querySelector("span").textContent = words;
  byId("player-go").querySelector("path").setAttribute("d", path);
  byId("player-end").hidden = state !== "paused";
};

const stop = () => {
  clearInterval(ticking);
  ticking = null;
  showState("paused", "Go on", PLAY);
  hush();
  keepAwake(false);
};

// "4 minutes": as long as it took.
const took = () => {
  const minutes = Math.max(1, Math.round(done / 60));
  return `${minutes} ${minutes === 1 ? "minute" : "minutes"}`;
};

const finish = () => {
  stop();
  sound(880, 0.6);
  speak("Done");
  putBack();
  player.hidden = true;
  byId("start-bar").hidden = true;
  session.classList.add("over");
  page.running = "over";
  const heading = byId("done-words");
  if (!heading) {
    delete page.running;
    return;
  }
  heading.textContent = `Done, ${took()} ✓`;
  heading.focus();
  scrollTo(0, 0);
};

const go = (to) => {
  if (to >= parts.length) {
    finish();
    return;
  }
  at = Math.max(0, to);
  left = parts[at].seconds;
  sound(parts[at].kind === "work" ? 660 : 440, 0.25);
  if (ticking) speakPart(parts[at]);
  show();
};

const tick = () => {
  const now = performance.now();
  const before = left;
  const part = parts[at];
  left -= (now - last) / 1000;
  done += (now - last) / 1000;
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
  showState("yes", "Pause", PAUSE);
  last = performance.now();
  ticking = setInterval(tick, 100);
  requestAnimationFrame(moveFigure);
  keepAwake(true);
  sound(440, 0.2);
  speakPart({ ...parts[at], first: true });
  scrollTo(0, 0);
};

// To the next move (by 1), or (by -1) to the beginning of this one, then of the one before.
const jump = (by) => {
  const { place } = parts[at];
  const begin = (wanted) => parts.findIndex((part) => part.place === wanted);
  const back = at > begin(place) ? place : Math.max(0, place - 1);
  const wanted = by > 0 ? place + 1 : back;
  go(wanted >= moves.length ? parts.length : begin(wanted));
};

const press = (id, pressed) => byId(id).setAttribute("aria-pressed", String(pressed));

byId("start").addEventListener("click", () => {
  start();
  byId("player-go").focus();
});
byId("player-go").addEventListener("click", () => (ticking ? stop() : start()));
byId("player-end").addEventListener("click", finish);
byId("player-skip").addEventListener("click", () => jump(1));
byId("player-back").addEventListener("click", () => jump(-1));
byId("player-mute").addEventListener("click", () => {
  muted = !muted;
  if (muted) hush();
  press("player-mute", muted);
});
byId("player-voice").addEventListener("click", () => {
  letSpeak(!speaks());
  press("player-voice", speaks());
  if (ticking) speakPart({ ...parts[at], first: true });
});
byId("player-voice").hidden = !canSpeak;
press("player-voice", speaks());

// Where a key already means something: the arrows choose in a select or among radio buttons, space presses a button.
const TAKES_KEYS = "input:not([type=checkbox]), select, textarea";
const TAKES_SPACE = "a, button, input, summary";
const pressGo = () => byId(page.running ? "player-go" : "start").click();
const KEYS = { " ": pressGo, ArrowRight: () => jump(1), ArrowLeft: () => jump(-1) };
document.addEventListener("keydown", (event) => {
  if (player.hidden || event.altKey || event.ctrlKey || event.metaKey || event.target.closest(TAKES_KEYS)) return;
  if (!KEYS[event.key] || (event.key === " " && event.target.closest(TAKES_SPACE))) return;
  event.preventDefault();
  KEYS[event.key]();
});

document.addEventListener("visibilitychange", () => { if (!document.hidden && ticking) keepAwake(true); });

// On paper everything is unfolded and every figure stands in its place.
const unfold = (open) => { for (const fold of document.querySelectorAll(".move > details")) fold.open = open; };
addEventListener("beforeprint", () => {
  putBack();
  unfold(true);
});
addEventListener("afterprint", () => {
  if (player.hidden) return;
  unfold(false);
  showMove(parts[at].place);
});

// A warning sign was ticked, here or on another page of this browser.
const hold = () => {
  stop();
  delete page.running;
  player.hidden = true;
  byId("start-bar").hidden = true;
};
document.addEventListener("held", hold);

player.hidden = false;
byId("start-bar").hidden = false;
unfold(false);
show();
if ("held" in page) hold();
