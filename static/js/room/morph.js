// Makes what is on a page look like what the server drew now, touching only what differs, so that focus, selection,
// what is typed and what is open stay. Elements are recognised by their id, others by their place among their like.

const same = (a, b) => a.nodeType === b.nodeType && a.nodeName === b.nodeName && (a.id ?? "") === (b.id ?? "");
const ids = (node) => [node.id, ...[...(node.querySelectorAll?.("[id]") ?? [])].map((inner) => inner.id)].filter(Boolean);

/** Draw `now` (nodes of another document) inside `parent`. `may(old, now)`: whether this element may be changed at all;
 * `keeps(name, element)`: an attribute that is the reader's and not the server's. */
export function morph(parent, now, { may, keeps }) {
  const wanted = [...now];
  const coming = new Set(wanted.flatMap(ids)); // what stands here and holds one of these is needed later
  const needed = (node) => ids(node).some((id) => coming.has(id));
  let at = parent.firstChild;
  for (const node of wanted) {
    const found = counterpart(parent, at, node, needed);
    if (found) {
      // What stood before it goes; it is not moved itself, for whoever stands in it would lose their place.
      while (at && at !== found && !needed(at)) {
        const gone = at;
        at = at.nextSibling;
        gone.remove();
      }
      if (at === found) at = at.nextSibling;
      else parent.insertBefore(found, at);
      for (const id of ids(node)) coming.delete(id);
      change(found, node, { may, keeps });
    } else parent.insertBefore(document.importNode(node, true), at);
  }
  while (at) {
    const next = at.nextSibling;
    at.remove();
    at = next;
  }
}

/** What stands for `node` here: what has its id, or holds an element that it holds; else the next of its like. */
function counterpart(parent, at, node, needed) {
  for (const id of ids(node)) {
    let up = document.getElementById(id);
    while (up && up.parentNode !== parent) up = up.parentNode;
    if (up) return same(up, node) ? up : null;
  }
  if (node.id) return null;
  for (let old = at; old; old = old.nextSibling) if (same(old, node) && !needed(old)) return old;
  return null;
}

function change(old, node, { may, keeps }) {
  if (old.nodeType !== Node.ELEMENT_NODE) {
    if (old.nodeValue !== node.nodeValue) old.nodeValue = node.nodeValue;
    return;
  }
  if (!may(old, node) || old.isEqualNode(node)) return;
  for (const { name, value } of node.attributes) {
    if (old.getAttribute(name) !== value && !keeps(name, old)) old.setAttribute(name, value);
  }
  for (const { name } of [...old.attributes]) if (!node.hasAttribute(name) && !keeps(name, old)) old.removeAttribute(name);
  if (old.nodeName === "TEXTAREA") {
    if (old.defaultValue !== node.defaultValue) old.value = old.defaultValue = node.defaultValue;
    return;
  }
  morph(old, node.childNodes, { may, keeps });
  if (old.nodeName === "OPTION") old.selected = node.hasAttribute("selected");
  if (old.nodeName !== "INPUT") return;
  if (["checkbox", "radio"].includes(old.type)) old.checked = node.hasAttribute("checked");
  else if (old.type !== "file") old.value = node.getAttribute("value") ?? "";
}
