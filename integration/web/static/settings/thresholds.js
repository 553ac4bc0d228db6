// Keeps the number beside each slider in step with it. Without this the slider alone does.
"use strict";
const KM_PER_MILE = 1.609344;
const form = document.getElementById("thresholds");
const scale = { share: 100 };
const words = {
  share: (v) => `${Math.round(v * 100)} %`,
  km: (v) => (form.dataset.units === "mi" ? `${(v / KM_PER_MILE).toFixed(1)} mi` : `${v} km`),
  times: (v) => `${v} times`,
  runs: (v) => `${v} runs`,
  minutes: (v) => `${v} minutes`,
  days: (v) => `${v} days`,
};
const unitOf = { share: "%", km: "km", times: "times", runs: "runs", minutes: "min", days: "days" };
const tidy = (v) => Number(v.toFixed(6));
const tell = (id, text) => form.querySelectorAll(`[data-shows="${id}"]`).forEach((shown) => { shown.textContent = text; });

for (const number of form.querySelectorAll("[data-mirrors]")) {
  const slider = document.getElementById(number.dataset.mirrors);
  const output = form.querySelector(`output[for="${slider.id}"]`);
  const limits = document.getElementById(`${slider.id}_limits`);
  const unit = slider.dataset.unit;
  const by = scale[unit] || 1;
  for (const limit of ["min", "max", "step"]) number[limit] = tidy(slider[limit] * by);
  const say = () => {
    const text = words[unit](Number(slider.value));
    slider.setAttribute("aria-valuetext", text);
    output.textContent = unit === "km" && form.dataset.units === "mi" ? `km, ${text}` : unitOf[unit];
    tell(slider.id, text);
  };
  const complain = (wrong) => {
    limits.textContent = wrong ? `from ${number.min} to ${number.max} in steps of ${number.step}` : "";
    limits.hidden = !wrong;
    number.setAttribute("aria-invalid", String(wrong));
  };
  const follow = () => { number.value = tidy(slider.value * by); complain(false); say(); };
  slider.addEventListener("input", follow);
  // What is no value stays as it was typed, and the slider where it was: nothing is moved to the nearest end unasked.
  number.addEventListener("input", (event) => {
    if (number.value === "" || !number.validity.valid) { event.stopPropagation(); return; }
    complain(false);
    slider.value = number.value / by;
    say();
  });
  number.addEventListener("change", () => complain(number.value === "" || !number.validity.valid));
  number.required = true;
  number.hidden = false;
  follow();
}
form.addEventListener("change", ({ target }) => { if (target.type === "checkbox") tell(target.id, target.checked ? "on" : "off"); });
// A field that cannot be sent must be seen, whatever is folded around it.
form.addEventListener("invalid", ({ target }) => { target.closest("details.group").open = true; }, true);
// Where there is room for it nothing need be folded.
if (matchMedia("(min-width: 58rem)").matches) form.querySelectorAll("details.group").forEach((group) => { group.open = true; });
document.getElementById("see").hidden = true; // what it shows is there already
