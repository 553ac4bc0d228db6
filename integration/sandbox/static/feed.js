// Looks for news every two seconds and puts them in place; without JavaScript the page reloads itself instead.
const list = () => document.getElementById("activities");
setInterval(async () => {
  if (document.hidden || list().contains(document.activeElement)) return;
  try {
    const answer = await fetch(location.href);
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const fresh = page.getElementById("activities");
    if (answer.ok && fresh && fresh.innerHTML !== list().innerHTML) list().replaceWith(fresh);
  } catch {
    // the sandbox is away: try again
  }
}, 2000);
