// Runs before the page is drawn, so that nothing jumps: the style sheets know that there is JavaScript.
document.documentElement.dataset.js = "";
