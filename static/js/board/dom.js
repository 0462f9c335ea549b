// Building elements without markup strings: text goes in as text, so nobody's words can become code.
const SVG = "http://www.w3.org/2000/svg";
export const sprite = document.querySelector('meta[name="icons"]')?.content ?? "";

/** el("p.hint", {title}, "words", child): tag and classes, then properties, attributes (with "-") and children. */
export function el(what, properties = {}, ...children) {
  const [tag, ...classes] = what.split(".");
  return fill(document.createElement(tag), properties, classes, children);
}

export function svg(what, properties = {}, ...children) {
  const [tag, ...classes] = what.split(".");
  const node = document.createElementNS(SVG, tag);
  if (classes.length) node.setAttribute("class", classes.join(" "));
  for (const [name, value] of Object.entries(properties)) node.setAttribute(name, value);
  node.append(...children);
  return node;
}

function fill(node, properties, classes, children) {
  if (classes.length) node.className = classes.join(" ");
  for (const [name, value] of Object.entries(properties)) {
    if (value === undefined || value === null || value === false) continue;
    if (name === "data") Object.assign(node.dataset, value);
    else if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else if (name in node && !name.includes("-")) node[name] = value;
    else node.setAttribute(name, value === true ? "" : value);
  }
  node.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== false));
  return node;
}

export const icon = (name) => svg("svg.icon", { "aria-hidden": "true" }, svg("use", { href: `${sprite}#${name}` }));
/** A glyph of the icon font: on cards, where three hundred drawings would be slow. */
export const glyph = (name) => el(`i.i.i-${name}`, { "aria-hidden": "true" });
export const hidden = (text) => el("span.vh", {}, text);
export const $ = (selector, root = document) => root.querySelector(selector);
export const $$ = (selector, root = document) => [...root.querySelectorAll(selector)];

/** Change text only when it differs: what is the same is not laid out again. */
export function say(node, text) {
  if (node.textContent !== text) node.textContent = text;
}

/** Department chip: its colour never stands without its two letters. */
export function chip(department, { named = false } = {}) {
  if (!department) return el("span.dept", {}, el("abbr.dept__code.dept__code--none", { title: "No department yet" }, "?"), hidden("No department yet"));
  return el(
    "span.dept",
    { data: { dept: department.colour } },
    el("abbr.dept__code", { title: department.name, "aria-hidden": named ? "true" : null }, department.code),
    named ? el("span.dept__name", {}, department.name) : hidden(department.name),
  );
}
