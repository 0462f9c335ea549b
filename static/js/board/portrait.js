// A persona's portrait, drawn by her id: as personas/templatetags/portraits.py draws it.
import { sprite, svg } from "./dom.js";

const [HAIR, EXTRAS, GROUNDS] = [8, 4, 5];

export function portrait(id, size = "") {
  let number = 7;
  for (const letter of id) number = (Math.imul(number, 31) + letter.charCodeAt(0)) >>> 0;
  const hair = number % HAIR;
  const extra = Math.floor(number / HAIR) % EXTRAS;
  const ground = Math.floor(number / HAIR / EXTRAS) % GROUNDS;
  return svg(`svg.portrait${size && `.portrait--${size}`}`, { viewBox: "0 0 48 48", "aria-hidden": "true", "data-ground": ground },
    ...["body", `hair-${hair}`, `extra-${extra}`].map((part) => svg("use", { href: `${sprite}#face-${part}` })));
}
