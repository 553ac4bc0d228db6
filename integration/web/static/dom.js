// Small helpers that several scripts share.

export const byId = (id) => document.getElementById(id);

// An element with the given properties, such as element("a", { textContent: "Notes", href: "/notes" }).
export const element = (name, properties = {}) => Object.assign(document.createElement(name), properties);

// A paragraph of the given strings and elements, with a space between them.
export const paragraph = (...parts) => {
  const made = element("p");
  made.append(...parts.flatMap((part) => [part, " "]));
  return made;
};
