// The page of one move: its figure moves where motion is wanted, and a button stops and starts it.
import { MovingFigure, motionWanted, whenMotionChanges } from "./moving_figure.js";

const drawn = document.querySelector("figure.drawn");
const figure = new MovingFigure(drawn.querySelector("svg"));
const button = document.createElement("button");
button.type = "button";
button.className = "plain small no-print";
drawn.append(button);

let began = null; // when the figure began to move; null while it is still

const draw = (now) => {
  if (began === null) return;
  figure.preview(Math.max(0, now - began) / 1000);
  requestAnimationFrame(draw);
};

const move = (moving) => {
  began = moving ? performance.now() : null;
  button.textContent = moving ? "Show it still" : "Show it moving";
  if (moving) requestAnimationFrame(draw);
  else figure.still();
};

button.addEventListener("click", () => move(began === null));
whenMotionChanges(() => move(motionWanted()));
addEventListener("beforeprint", () => move(false));
addEventListener("afterprint", () => move(motionWanted()));
move(motionWanted());
