// The spoken session: the browser's own voice, off until it is wanted, remembered in this browser.

const KEY = "backstride:voice";
const speech = window.speechSynthesis;

const remembered = () => {
  try {
    return localStorage.getItem(KEY) === "on";
  } catch {
    return false;
  }
};
let on = Boolean(speech) && remembered();

export const canSpeak = Boolean(speech);
export const speaks = () => on;

export const hush = () => speech?.cancel();

export const letSpeak = (wanted) => {
  on = canSpeak && wanted;
  if (!on) hush();
  try {
    if (on) localStorage.setItem(KEY, "on");
    else localStorage.removeItem(KEY);
  } catch {
    // it is forgotten with this page
  }
};

// Says the given phrases in place of what is being said; empty ones are left out.
export const say = (...phrases) => {
  const words = phrases.filter(Boolean).join(". ");
  if (!on || !words) return;
  hush();
  speech.speak(Object.assign(new SpeechSynthesisUtterance(words), { lang: "en" }));
};

// The words for a part of the session: a move with its side and cue, or the change between two sides.
export const spoken = (part, { name, hint }) => {
  if (part.first) return [name, part.side, hint];
  if (part.kind === "work") return [];
  return part.words === "Rest" ? ["Rest"] : ["Switch", part.side];
};
