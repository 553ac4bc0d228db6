// The form below a routine: sent without leaving the page, so that a dead network loses nothing.
import { byId } from "../dom.js";
import { place, send } from "./offline_queue.js";

const form = byId("done");
const action = new URL(form.action).pathname.slice(place.dataset.root.length);
const only = (fields, name) => fields.filter(([other]) => other === name);
const filled = () => [...new FormData(form)].filter(([name, value]) => name !== "csrf_token" && value);

// Shows where to get help: for the most urgent of the ticked signs.
const showHelp = () => {
  const ranks = [...form.querySelectorAll("[name=red_flags]:checked")].map((sign) => Number(sign.dataset.rank));
  for (const help of document.querySelectorAll("#turn-to [data-rank]")) {
    help.hidden = Number(help.dataset.rank) !== Math.min(...ranks);
  }
  byId("turn-to").hidden = !ranks.length;
};

// What is worth sending: without consent a score is answered, not kept, and a warning sign is kept all the same.
const worthSending = (fields, agreed) => {
  const signs = only(fields, "red_flags");
  return agreed ? fields : signs.length ? signs : only(fields, "back");
};

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  const fields = filled();
  const agreed = "consented" in form.dataset || only(fields, "consent").length > 0;
  const keeps = agreed || only(fields, "red_flags").length > 0;
  const button = byId("log-done");
  button.disabled = true;
  showHelp();
  if (await send(action, worthSending(fields, agreed), keeps)) return;
  place.tabIndex = -1;
  place.focus();
  button.disabled = false;
});

// Consent is asked once, before the first session; whoever left it open finds it below the last move from then on.
const agree = byId("agree");
const ASKED = "backstride:asked-consent";
const askLater = () => byId("agree-later").append(agree);
const asked = () => {
  try {
    return localStorage.getItem(ASKED) !== null;
  } catch {
    return false;
  }
};
const remember = () => {
  try {
    localStorage.setItem(ASKED, "yes");
  } catch {
    // it is asked again
  }
};
if (agree && asked()) askLater();
if (agree) {
  byId("start")?.addEventListener("click", () => {
    remember();
    if (!byId("consent").checked) askLater();
  });
}
