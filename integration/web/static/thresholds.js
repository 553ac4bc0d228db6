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
  days: (v) => (v === 0 ? "never" : `${v} days`),
};
const unitOf = { share: "%", km: "km", times: "times", runs: "runs", minutes: "min", days: "days" };
const tidy = (v) => Number(v.toFixed(6));

for (const number of form.querySelectorAll("[data-mirrors]")) {
  const slider = document.getElementById(number.dataset.mirrors);
  const output = form.querySelector(`output[for="${slider.id}"]`);
  const unit = slider.dataset.unit;
  const by = scale[unit] || 1;
  for (const limit of ["min", "max", "step"]) number[limit] = tidy(slider[limit] * by);
  const say = () => {
    number.value = tidy(slider.value * by);
    const text = words[unit](Number(slider.value));
    slider.setAttribute("aria-valuetext", text);
    output.textContent = unit === "km" && form.dataset.units === "mi" ? `km, ${text}` : unitOf[unit];
  };
  slider.addEventListener("input", say);
  number.addEventListener("input", (event) => {
    if (number.value === "" || !number.validity.valid) { event.stopPropagation(); return; }
    slider.value = number.value / by;
    output.textContent = unit === "km" && form.dataset.units === "mi" ? `km, ${words.km(Number(slider.value))}` : unitOf[unit];
  });
  number.addEventListener("change", say);
  number.hidden = false;
  say();
}
document.getElementById("see").hidden = true; // what it shows is there already
