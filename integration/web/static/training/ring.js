// The ring around the count: it empties with each part, and breathes where breaths are counted.
import { byId } from "../dom.js";
import { motionWanted } from "./moving_figure.js";

const ring = byId("player-ring");
const words = byId("player-breath");
const SMALLEST = 0.72; // of the ring, between two breaths

const eased = (share) => (1 - Math.cos(Math.PI * share)) / 2;

// How far a breath is `gone` seconds into a part: 0 to 1 breathing in, 1 to 2 breathing out; null where none is counted.
export const breath = (part, gone) => {
  if (part.kind !== "work" || part.unit !== "breaths") return null;
  return (2 * gone * part.count / part.seconds) % 2;
};

const size = (phase) => SMALLEST + (1 - SMALLEST) * eased(phase < 1 ? phase : 2 - phase);

export const drawRing = (part, gone) => {
  const phase = breath(part, gone);
  const said = phase === null ? "" : phase < 1 ? "in" : "out";
  ring.classList.toggle("breathes", phase !== null && motionWanted());
  ring.style.setProperty("--left", String(100 * (1 - gone / part.seconds)));
  ring.style.setProperty("--breath", phase === null || !motionWanted() ? "1" : size(phase).toFixed(3));
  if (words.textContent !== said) words.textContent = said;
};
