// Reads a chart out: the value under the pointer or finger, or with the arrow keys, in a label above it. Without this
// script the numbers stand in the table or the list below the chart.
import { written } from "../numbers.js";

const KINDS = ["", ", long without a note", ", with a note"];
const DAY_MS = 24 * 3600 * 1000;
const read = new WeakMap(); // frame: its points

// [place, words] of each point; a year's runs come as numbers, and are worded here.
const pointsOf = (frame) => {
  if (read.has(frame)) return read.get(frame);
  const { points, first, language, days, units } = frame.dataset;
  const format = first && new Intl.DateTimeFormat(days, { weekday: "short", day: "numeric", month: "short", timeZone: "UTC" });
  const worded = ([day, distance, kind]) => {
    const words = `${format.format(Date.parse(first) + day * DAY_MS)}: ${written(distance, language, 1)}\u00a0${units}`;
    return [day + 0.5, words + KINDS[kind]];
  };
  const all = JSON.parse(points).map((point) => (first ? worded(point) : point));
  read.set(frame, all);
  return all;
};

// The part of a frame that is drawn on: from where, and how wide. Left of it stand the numbers of the grid.
const drawn = (frame) => {
  const { left, width } = frame.querySelector(".plot").getBoundingClientRect();
  return { from: left - frame.getBoundingClientRect().left, left, width };
};

const at = new WeakMap(); // frame: the number of the point that is shown

const show = (frame, number) => {
  const points = pointsOf(frame);
  if (!points.length) return;
  const place = Math.min(points.length - 1, Math.max(0, number));
  const [x, words] = points[place];
  const { from, width } = drawn(frame);
  const middle = from + width * x / Number(frame.dataset.wide);
  const cursor = frame.querySelector(".cursor");
  const bubble = frame.querySelector(".bubble");
  at.set(frame, place);
  cursor.hidden = bubble.hidden = false;
  cursor.style.left = `${middle}px`;
  if (bubble.textContent !== words) bubble.textContent = words;
  const room = frame.clientWidth - bubble.offsetWidth;
  bubble.style.left = `${Math.min(room, Math.max(0, middle - bubble.offsetWidth / 2))}px`;
};
const hide = (frame) => {
  at.delete(frame);
  frame.querySelector(".cursor").hidden = frame.querySelector(".bubble").hidden = true;
};

const nearest = (frame, clientX) => {
  const { left, width } = drawn(frame);
  const wanted = (clientX - left) / width * Number(frame.dataset.wide);
  const off = pointsOf(frame).map(([x]) => Math.abs(x - wanted));
  return off.indexOf(Math.min(...off));
};
const frameOf = ({ target }) => (target instanceof Element ? target.closest(".plot-frame") : null);

// On the document, since a preview is swapped for a new one while its slider moves.
const point = (event) => {
  const frame = frameOf(event);
  if (frame) show(frame, nearest(frame, event.clientX));
};
document.addEventListener("pointermove", point);
document.addEventListener("pointerdown", point);
document.addEventListener("pointerout", (event) => {
  const frame = frameOf(event);
  if (frame && event.pointerType === "mouse" && !frame.contains(event.relatedTarget) && frame !== document.activeElement) hide(frame);
});
document.addEventListener("focusin", (event) => {
  const frame = frameOf(event);
  if (frame) show(frame, at.get(frame) ?? pointsOf(frame).length - 1);
});
document.addEventListener("focusout", (event) => {
  const frame = frameOf(event);
  if (frame) hide(frame);
});
document.addEventListener("keydown", (event) => {
  const frame = frameOf(event);
  if (!frame || event.altKey || event.ctrlKey || event.metaKey) return;
  const last = pointsOf(frame).length - 1;
  const here = at.get(frame) ?? last;
  const to = { ArrowLeft: here - 1, ArrowRight: here + 1, Home: 0, End: last }[event.key];
  if (to === undefined) return;
  event.preventDefault();
  show(frame, to);
});
