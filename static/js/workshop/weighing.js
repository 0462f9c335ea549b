// Ratings are kept as they are chosen, offline too; dots are counted while they are given, and cast once.
import { announce } from "../live/announce.js";
import { newId } from "../live/ids.js";

export function watchWeighing({ store, boot }) {
  document.addEventListener("change", ({ target }) => {
    if (target.matches("form[data-rates] input[type=radio]")) {
      const place = target.name.slice(5);
      const about = target.form.elements.about.value;
      store.submit("rating.give", { id: newId("ra"), workshop: boot.workshop, place, severity: Number(target.value), about });
      announce("Kept.", { now: true });
    }
  });
  document.addEventListener("input", ({ target }) => target.matches("form[data-dots] input") && count(target.form));
  document.addEventListener("click", ({ target }) => {
    const button = target.closest("form[data-dots] [data-step]");
    if (!button) return;
    const field = button.parentElement.querySelector("input");
    const most = Number(button.form.dataset.each);
    field.value = Math.max(0, Math.min(most, Number(field.value) + Number(button.dataset.step)));
    count(button.form);
  });
  const look = () => document.querySelectorAll("form[data-dots]").forEach(count);
  look();
  return look;
}

/** How many are left; the button is for whoever gave at least one and not too many. */
function count(form) {
  const fields = [...form.querySelectorAll("input[type=number]")];
  const given = fields.reduce((sum, field) => sum + Number(field.value), 0);
  const left = Number(form.dataset.budget) - given;
  form.querySelector("[data-left]").textContent = left >= 0 ? `${left} left` : `${-left} too many: take some back`;
  form.querySelector("[data-cast]").disabled = left < 0 || !given;
  for (const button of form.querySelectorAll("[data-step]")) {
    const now = Number(button.parentElement.querySelector("input").value);
    button.disabled = button.dataset.step > 0 ? left <= 0 || now >= Number(form.dataset.each) : now <= 0;
  }
}
