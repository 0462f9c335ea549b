// A QR link carries its secret after the #, which browsers send to nobody. Post it, and forget it.
const form = document.getElementById("join");

function follow() {
  const secret = location.hash.slice(1);
  if (!secret) return;
  history.replaceState(null, "", location.pathname);
  form.elements.link.value = secret;
  form.submit();
}

addEventListener("hashchange", follow);
follow();

// Show what is typed as on the screen in the room: XXXX-XXXX. The server forgives anything else.
form.elements.code.addEventListener("input", (event) => {
  const field = event.target;
  if (field.selectionStart !== field.value.length || event.inputType?.startsWith("delete")) return;
  const letters = field.value.toUpperCase().replace(/[^0-9A-Z]/g, "").slice(0, 8);
  field.value = letters.length > 4 ? `${letters.slice(0, 4)}-${letters.slice(4)}` : letters;
});
