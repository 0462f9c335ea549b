// What every page does: the theme menu, closing toasts, opening dialogs, tabs in sight. Pages work without it.
const root = document.documentElement;

function showTheme() {
  for (const button of document.querySelectorAll("[data-theme-to]")) {
    button.setAttribute("aria-pressed", String(button.dataset.themeTo === (root.dataset.theme ?? "")));
  }
}

function setTheme(theme) {
  if (theme) root.dataset.theme = theme;
  else delete root.dataset.theme;
  try {
    if (theme) localStorage.setItem("theme", theme);
    else localStorage.removeItem("theme");
  } catch { /* storage switched off: it holds for this page */ }
  showTheme();
}

document.addEventListener("click", (event) => {
  const theme = event.target.closest("[data-theme-to]");
  if (theme) setTheme(theme.dataset.themeTo);
  event.target.closest("[data-dismiss]")?.closest(".toast, .notice")?.remove();
  const opener = event.target.closest("[data-open]");
  if (opener) document.getElementById(opener.dataset.open)?.showModal();
  if (event.target.closest("[data-close]")) event.target.closest("dialog")?.close();
});
addEventListener("storage", (event) => {
  if (event.key === "theme") setTheme(event.newValue ?? "");
});
// A message stays for ten seconds, and as long as somebody points at it or stands in it.
for (const toast of document.querySelectorAll("#toasts .toast:not(.toast--bad)")) {
  const leave = () => (toast.matches(":hover, :focus-within") ? setTimeout(leave, 3000) : toast.remove());
  setTimeout(leave, 10000);
}
showTheme();
// Tabs that do not fit scroll: to the one that is open.
for (const tab of document.querySelectorAll(".tabs > [aria-current]")) {
  const tabs = tab.parentElement;
  tabs.scrollLeft = tab.offsetLeft - tabs.offsetLeft - (tabs.clientWidth - tab.offsetWidth) / 2;
}
// A page that somebody is asked to read says that it was opened: a link scanner that fetches it does not.
for (const asked of document.querySelectorAll("[data-enter]")) {
  fetch(asked.dataset.enter, { method: "POST", headers: { "X-CSRFToken": document.querySelector("meta[name=csrf-token]").content } });
}
