// A guided session as a list of parts to do one after the other, from what the page says of its moves.

const READY_S = 5; // to get into position
const CHANGE_S = 3; // to change sides

// The parts of one move: { place, words, seconds, kind, number } and, for work, what is counted. `number` counts the
// parts of a set (left, right) from 0; before work it is that of the work to come. `side` is said aloud, `first` begins
// the move.
const partsOf = (move, place) => {
  const beats = JSON.parse(move.dataset.beats).map((beat, n, all) => (
    { ...beat, number: all.slice(0, n).filter(({ set }) => set === beat.set).length }));
  const rest = Number(move.dataset.rest);
  const between = (beat, next) => (next.set !== beat.set && rest
    ? { place, words: "Rest", side: next.side, seconds: rest, kind: "rest", number: next.number }
    : { place, words: next.change, side: next.side, seconds: CHANGE_S, kind: "ready", number: next.number });
  const work = beats.flatMap((beat, number) => {
    const next = beats[number + 1];
    return [{ place, ...beat, kind: "work" }, ...(next ? [between(beat, next)] : [])];
  });
  const ready = { place, words: "Get ready", side: beats[0].side, seconds: READY_S, kind: "ready", number: 0, first: true };
  return [ready, ...work];
};

export const partsOfSession = (moves) => moves.flatMap(partsOf);

// What is counted `gone` seconds into a part, such as "breath 1/5"; empty where only the clock runs.
export const counted = (part, gone) => {
  if (part.kind !== "work" || part.unit === "seconds") return "";
  const each = part.seconds / part.count;
  return `${part.one} ${Math.min(part.count, Math.floor(gone / each) + 1)}/${part.count}`;
};

// How many of the session's seconds are over, `gone` seconds into the part at `at`.
export const secondsOver = (parts, at, gone) => parts.slice(0, at).reduce((sum, part) => sum + part.seconds, gone);
