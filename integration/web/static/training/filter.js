// Filters apply as soon as they are chosen; the button is for browsers without scripts.
import { byId } from "../dom.js";

const form = byId("filter");
form.querySelector("button").closest("p").hidden = true;
form.addEventListener("change", () => form.requestSubmit());
