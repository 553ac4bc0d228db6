// Copies the invitation, where the browser lets a page do that.
import { byId } from "../dom.js";

const button = byId("copy");
if (navigator.clipboard) {
  button.hidden = false;
  button.addEventListener("click", async () => {
    try {
      await navigator.clipboard.writeText(byId("invitation-link").textContent);
      button.textContent = "Copied";
    } catch {
      button.textContent = "Not copied: select the link";
    }
  });
}
