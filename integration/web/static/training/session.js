// A guided session as a list of parts to do one after the other, from what the page says of its moves.

const READY_S = 5; // to get into position
const CHANGE_S = 3; // to change sides

// The parts of one move: { place, words, seconds, kind } and, for work, what is counted.
const partsOf = (move, place) => {
  const beats = JSON.parse(move.dataset.beats);
  const rest = Number(move.dataset.rest);
  const between = (beat, next) => (next.set !== beat.set && rest
    ? { place, words: "Rest", seconds: rest, kind: "rest" }
    : { place, words: next.change, seconds: CHANGE_S, kind: "ready" });
  const work = beats.flatMap((beat, number) => {
    const next = beats[number + 1];
    return [{ place, ...beat, kind: "work" }, ...(next ? [between(beat, next)] : [])];
  });
  return [{ place, words: "Get ready", seconds: READY_S, kind: "ready" }, ...work];
};

export const partsOfSession = (moves) => moves.flatMap(partsOf);

// What is counted `gone` seconds into a part, such as "breath 1/5"; empty where only the clock runs.
export const counted = (part, gone) => {
  if (part.kind !== "work" || part.unit === "seconds") return "";
  const each = part.seconds / part.count;
  return `${part.one} ${Math.min(part.count, Math.floor(gone / each) + 1)}/${part.count}`;
};
