// Runs before the first paint, so that a page never flashes in the other theme. No choice kept: the system decides.
(() => {
  try {
    const theme = localStorage.getItem("theme");
    if (theme === "light" || theme === "dark") document.documentElement.dataset.theme = theme;
  } catch { /* storage switched off: the system decides */ }
})();
