// Puts a number beside each slider and keeps both in step. Without it the slider alone does.
import { byId } from "../dom.js";
import { typed, written } from "../numbers.js";

const KM_PER_MILE = 1.609344;
const DIGITS = { km: 1, times: 1 }; // of a value as it is read; a number field shows as many as there are
const UNITS = { share: "%", km: "km", times: "times", runs: "runs", minutes: "minutes", days: "days" };

const form = byId("thresholds");
const { language, units } = form.dataset;
const inMiles = (unit) => unit === "km" && units === "mi";
const tidy = (value) => Number(value.toFixed(6)); // 0.1 + 0.2 is 0.3
const plain = (value) => written(value, language, 0, 6);

// A value of `unit` as a person reads it, such as "10 %" or "3,1 mi".
const reading = (unit, value) => {
  if (unit === "share") return `${written(Math.round(value * 100), language)}\u00a0%`;
  if (inMiles(unit)) return `${written(value / KM_PER_MILE, language, 1)}\u00a0mi`;
  return `${written(value, language, DIGITS[unit] ?? 0)}\u00a0${UNITS[unit]}`;
};
const tell = (id, text) => form.querySelectorAll(`[data-shows="${id}"]`).forEach((shown) => { shown.textContent = text; });

const couple = (number) => {
  const slider = byId(number.dataset.mirrors);
  const output = form.querySelector(`output[for="${slider.id}"]`);
  const limits = byId(`${slider.id}_limits`);
  const { unit } = slider.dataset;
  const miles = inMiles(unit);
  const shown = (value) => (miles ? Number((value / KM_PER_MILE).toFixed(1)) : tidy(value * (unit === "share" ? 100 : 1)));
  const [low, high, step] = [slider.min, slider.max, slider.step].map(Number).map(shown);
  const wanted = `from ${plain(low)} to ${plain(high)} in steps of ${plain(step)}`;
  // Miles fall between the steps of the rule, which are kilometres: the nearest is taken.
  const fits = (value) => value >= low && value <= high && (miles || Number.isInteger(tidy((value - low) / step)));
  const kept = (value) => (miles ? value * KM_PER_MILE : value / (unit === "share" ? 100 : 1));

  const say = () => {
    const text = reading(unit, Number(slider.value));
    slider.setAttribute("aria-valuetext", text);
    output.textContent = miles ? "mi" : UNITS[unit];
    tell(slider.id, text);
  };
  const complain = (wrong) => {
    limits.textContent = wrong ? wanted : "";
    limits.hidden = !wrong;
    number.setAttribute("aria-invalid", String(wrong));
  };
  const follow = () => {
    number.value = plain(shown(slider.value));
    number.setCustomValidity("");
    complain(false);
    say();
  };

  slider.addEventListener("input", follow);
  // What is no value stays as it was typed, and the slider where it was: nothing is moved to the nearest end unasked.
  number.addEventListener("input", (event) => {
    const value = typed(number.value);
    number.setCustomValidity(fits(value) ? "" : wanted);
    if (!fits(value)) {
      event.stopPropagation();
      return;
    }
    complain(false);
    slider.value = tidy(kept(value));
    say();
  });
  number.addEventListener("change", () => {
    complain(!number.validity.valid);
    if (number.validity.valid) follow();
  });
  number.hidden = false;
  follow();
};

form.querySelectorAll("[data-mirrors]").forEach(couple);
form.addEventListener("change", ({ target }) => {
  if (target.type === "checkbox") tell(target.id, target.checked ? "on" : "off");
});
// A field that cannot be sent must be seen, whatever is folded around it.
form.addEventListener("invalid", ({ target }) => {
  for (let fold = target.closest("details"); fold; fold = fold.parentElement.closest("details")) fold.open = true;
}, true);
// Where there is room for it nothing need be folded.
if (matchMedia("(min-width: 58rem)").matches) {
  form.querySelectorAll("details.group").forEach((group) => { group.open = true; });
}

// A preset, or a place between two, fills the form; it is saved like anything else.
const presets = byId("presets");
const levels = JSON.parse(presets.dataset.levels);
const WORDS = ["fewer", "", "standard", "", "more"];
const level = byId("level");

const now = () => levels.findIndex((values) => Object.entries(values).every(([id, value]) => {
  const field = byId(id);
  return field.type === "checkbox" ? field.checked === value : Number(field.value) === value;
}));
const showLevel = () => {
  const at = now();
  if (at >= 0) level.value = at;
  byId("level-words").textContent = at < 0 ? "your own setting" : at % 4 ? WORDS[at] : "";
  level.setAttribute("aria-valuetext", at < 0 ? "your own setting" : WORDS[at] || `between ${WORDS[at - 1]} and ${WORDS[at + 1]}`);
  for (const button of presets.querySelectorAll("button")) {
    if (WORDS.indexOf(button.value) === at) button.setAttribute("aria-current", "true");
    else button.removeAttribute("aria-current");
  }
};
const fill = (at) => {
  for (const [id, value] of Object.entries(levels[at])) {
    const field = byId(id);
    if (field.type === "checkbox") field.checked = value;
    else field.value = value;
    field.dispatchEvent(new Event(field.type === "checkbox" ? "change" : "input", { bubbles: true }));
  }
  form.dispatchEvent(new Event("input", { bubbles: true }));
};
presets.addEventListener("submit", (event) => {
  event.preventDefault();
  fill(WORDS.indexOf(event.submitter.value));
});
level.addEventListener("input", () => fill(Number(level.value)));
form.addEventListener("input", showLevel);
byId("level-line").hidden = false;
showLevel();

byId("see").hidden = true; // what it shows is there already
