// Numbers as the reader of the page writes them; the page names the language.

// "3,1" in German; `least` and `most` digits after the comma.
export const written = (value, language, least = 0, most = least) => new Intl.NumberFormat(language, {
  minimumFractionDigits: least, maximumFractionDigits: most, useGrouping: false,
}).format(value);

// The number that was typed with a comma or a point, NaN where there is none.
export const typed = (text) => (/^\s*\d+([.,]\d+)?\s*$/.test(text) ? Number(text.trim().replace(",", ".")) : NaN);
