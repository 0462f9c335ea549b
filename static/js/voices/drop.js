// Files can be dropped anywhere on the box; what was chosen is named.
const drop = document.getElementById("drop");
const input = document.getElementById("files");
const chosen = document.getElementById("chosen");

function show() {
  chosen.textContent = [...input.files].map((file) => file.name).join(", ");
}

input.addEventListener("change", show);
for (const name of ["dragover", "dragleave", "drop"]) {
  drop.addEventListener(name, (event) => {
    event.preventDefault();
    drop.classList.toggle("is-target", name === "dragover");
    if (name === "drop" && event.dataTransfer.files.length) {
      input.files = event.dataTransfer.files;
      show();
    }
  });
}
