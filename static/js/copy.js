// Buttons that copy: <button data-copy="the text">. What happened is said on the button and read out.
document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-copy]");
  if (!button) return;
  const label = [...button.childNodes].findLast((node) => node.nodeType === Node.TEXT_NODE && node.data.trim());
  const before = label.data;
  try {
    await navigator.clipboard.writeText(button.dataset.copy);
    label.data = "Copied";
  } catch {
    label.data = "Copying is not allowed here";
  }
  document.getElementById("live").textContent = label.data;
  setTimeout(() => { label.data = before; }, 2000);
});
