// The form below a routine: sent without leaving the page, so that a dead network loses nothing. See unsent.js.
"use strict";
(() => {
  const form = document.getElementById("done");
  const action = new URL(form.action).pathname.slice(unsent.place.dataset.root.length);
  const fields = () => [...new FormData(form)].filter(([name, value]) => name !== "csrf_token" && value);
  const only = (list, name) => list.filter(([other]) => other === name);

  // Where to turn: the most urgent of what was ticked.
  const turn = () => {
    const ranks = [...form.querySelectorAll("[name=red_flags]:checked")].map((flag) => Number(flag.dataset.rank));
    const places = [...document.querySelectorAll("#turn-to [data-rank]")];
    for (const place of places) place.hidden = Number(place.dataset.rank) !== Math.min(...ranks);
    document.getElementById("turn-to").hidden = !ranks.length;
  };

  const send = async () => {
    const told = fields(), flags = only(told, "red_flags");
    const agreed = "consented" in form.dataset || only(told, "consent").length > 0;
    const button = document.getElementById("log-done");
    button.disabled = true;
    turn();
    const worth = agreed ? told : flags.length ? flags : only(told, "back"); // without consent it is answered, not kept
    if (!await unsent.send(action, worth, agreed || flags.length > 0)) {
      unsent.place.tabIndex = -1;
      unsent.place.focus();
      button.disabled = false;
    }
  };

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    send();
  });
})();
