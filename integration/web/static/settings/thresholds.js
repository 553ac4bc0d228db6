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
  const scale = unit === "share" ? 100 : 1;
  const [low, high, step] = [slider.min, slider.max, slider.step].map((limit) => tidy(limit * scale));
  const wanted = `from ${plain(low)} to ${plain(high)} in steps of ${plain(step)}`;
  const fits = (value) => value >= low && value <= high && Number.isInteger(tidy((value - low) / step));

  const say = () => {
    const text = reading(unit, Number(slider.value));
    slider.setAttribute("aria-valuetext", text);
    output.textContent = inMiles(unit) ? `km, ${text}` : UNITS[unit];
    tell(slider.id, text);
  };
  const complain = (wrong) => {
    limits.textContent = wrong ? wanted : "";
    limits.hidden = !wrong;
    number.setAttribute("aria-invalid", String(wrong));
  };
  const follow = () => {
    number.value = plain(slider.value * scale);
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
    slider.value = tidy(value / scale);
    say();
  });
  number.addEventListener("change", () => complain(!number.validity.valid));
  number.hidden = false;
  follow();
};

form.querySelectorAll("[data-mirrors]").forEach(couple);
form.addEventListener("change", ({ target }) => {
  if (target.type === "checkbox") tell(target.id, target.checked ? "on" : "off");
});
// A field that cannot be sent must be seen, whatever is folded around it.
form.addEventListener("invalid", ({ target }) => { target.closest("details.group").open = true; }, true);
// Where there is room for it nothing need be folded.
if (matchMedia("(min-width: 58rem)").matches) {
  form.querySelectorAll("details.group").forEach((group) => { group.open = true; });
}
byId("see").hidden = true; // what it shows is there already
