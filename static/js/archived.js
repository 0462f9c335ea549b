// Pages of an archived journey: what would change it is off, and stays readable. The server refuses it besides.
const main = document.getElementById("main");

function off() {
  for (const form of main.querySelectorAll("form[method=post]:not([data-stays])")) {
    for (const control of form.elements) if (control.type !== "hidden") control.disabled = true;
  }
}

off();
new MutationObserver(off).observe(main, { childList: true, subtree: true });
