// A figure that moves: from its first position to the last and back, at the pace of the dose. The drawing holds every
// body on the way (tools/figures/drawing.py). Where no motion is wanted it stays still, its positions side by side.

const STILL = matchMedia("(prefers-reduced-motion: reduce)");
const PANEL = 250; // how wide one position is drawn
const DWELL = 0.25; // the share of each way that the body rests in a position
const GLIDE_S = 1.5; // to get into a position that is held
const HELD_S = 10; // once through all positions and back, where they are held

export const motionWanted = () => !STILL.matches;
export const whenMotionChanges = (change) => STILL.addEventListener("change", change);

const eased = (share) => {
  const within = Math.min(1, Math.max(0, share));
  return within * within * (3 - 2 * within);
};

// Where a body is that goes through `positions` and back again, once in each whole `turn`.
export const positionAt = (positions, turn) => {
  const ways = positions.length - 1;
  if (!ways) return positions[0];
  const gone = (turn % 1) * 2 * ways;
  const leg = Math.floor(gone);
  const moved = eased((gone - leg - DWELL) / (1 - DWELL));
  const along = leg < ways ? leg + moved : 2 * ways - leg - moved;
  const from = Math.min(Math.floor(along), ways - 1);
  return positions[from] + (along - from) * (positions[from + 1] - positions[from]);
};

// An outline on its way: the letters of its path stay, the numbers run through the frames.
const NUMBER = /-?[\d.]+/g;
const outline = (path) => {
  const frames = path.dataset.frames.split("|");
  return {
    path,
    still: path.getAttribute("d"),
    letters: frames[0].split(NUMBER),
    frames: frames.map((frame) => frame.match(NUMBER).map(Number)),
  };
};
const between = ({ letters, frames }, place) => {
  const after = frames[Math.ceil(place)];
  const number = (from, n) => Math.round((from + (after[n] - from) * (place % 1)) * 10) / 10;
  return frames[Math.floor(place)].reduce((path, from, n) => path + number(from, n) + letters[n + 1], letters[0]);
};

const numbers = (text) => text.split(" ").map(Number);

export class MovingFigure {
  constructor(svg) {
    const group = svg.querySelector(".f-moving");
    this.svg = svg;
    this.box = svg.getAttribute("viewBox");
    this.stops = numbers(group.dataset.stops);
    this.parts = svg.dataset.parts.split("|").map(numbers);
    this.pace = Number(svg.dataset.pace);
    this.group = group;
    this.paths = [...group.children];
    this.outlines = this.paths.filter((path) => path.dataset.frames).map(outline);
    this.orders = group.dataset.order?.split("|").map(numbers);
    this.position = 0;
  }

  // Draw the body at a position: 0 is the first, 1 the next; 0.5 lies between them.
  at(position) {
    const from = Math.min(Math.floor(position), this.stops.length - 2);
    const place = this.stops[from] + (position - from) * (this.stops[from + 1] - this.stops[from]);
    const [, , width, height] = numbers(this.box);
    this.position = position;
    this.svg.classList.add("moving");
    this.svg.setAttribute("viewBox", `${width - PANEL} 0 ${PANEL} ${height}`);
    this.stack(Math.round(place));
    for (const way of this.outlines) way.path.setAttribute("d", between(way, place));
  }

  // Draw the outlines in the order of a frame: what lies deeper first.
  stack(frame) {
    if (this.orders) this.group.append(...this.orders[frame].map((number) => this.paths[number]));
  }

  // Draw what happens `seconds` after the beginning, through all positions and back.
  preview(seconds) {
    const held = this.parts.every((part) => part.length === 1);
    this.at(positionAt(this.stops.map((_, position) => position), seconds / (held ? HELD_S : this.pace)));
  }

  // Draw what happens `gone` seconds into a part of a session: its work, or the way into the position where it begins.
  follow(part, gone) {
    const positions = this.parts[part.number % this.parts.length];
    if (part.kind === "work") {
      this.at(positionAt(positions, gone / (part.unit === "seconds" ? this.pace : part.seconds / part.count)));
      return;
    }
    if (this.part !== part) this.origin = this.position;
    this.part = part;
    this.at(this.origin + (positions[0] - this.origin) * eased((gone - part.seconds + GLIDE_S) / GLIDE_S));
  }

  // Draw the still positions side by side again.
  still() {
    this.svg.classList.remove("moving");
    this.svg.setAttribute("viewBox", this.box);
    this.stack(this.stops.at(-1));
    for (const { path, still } of this.outlines) path.setAttribute("d", still);
  }
}
