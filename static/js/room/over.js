// The line has stopped for good: what that means here, and where one goes next. Where the workshop itself is gone, the
// page that showed it makes room for the sentence; in every other case what is typed stays where it is.
import { announce } from "../live/announce.js";
import { CLOSES } from "../live/socket.js";

export const GONE = CLOSES[4404].why;

export function tell({ page, why, rehearsal, status }) {
  const { main } = page;
  if (why === GONE) {
    page.leave();
    const title = rehearsal ? "The rehearsal is over" : "This workshop is not here any more";
    const words = rehearsal
      ? "It was removed, with its copy of the map and everything that was said in it. Nothing of it counts."
      : "It was removed, or it is not shared with you any more.";
    main.replaceChildren(head(title, words), next());
    if (status) status.hidden = true;
    document.title = `${title} · Journeymap`;
    announce(`${title}. ${words}`, { now: true });
    return;
  }
  let notice = document.getElementById("stopped");
  if (!notice) {
    notice = Object.assign(document.createElement("div"), { id: "stopped", className: "notice notice--bad" });
    notice.append(document.createElement("span"), link("Load the page again", location.href));
    main.prepend(notice);
  }
  notice.firstChild.textContent = why;
  announce(why, { now: true });
}

function head(title, words) {
  const box = Object.assign(document.createElement("div"), { className: "page-head" });
  const inner = document.createElement("div");
  inner.append(
    Object.assign(document.createElement("h1"), { textContent: title }),
    Object.assign(document.createElement("p"), { textContent: words }),
  );
  box.append(inner);
  return box;
}

/** To the workshops, for who has a way there; a guest's next page is the first one. */
function next() {
  const row = document.createElement("p");
  const there = document.querySelector("header a[href='/workshops/']");
  row.append(there ? link("Go to Workshops", "/workshops/") : link("Go to the first page", "/"));
  row.firstChild.classList.add("btn--primary");
  return row;
}

const link = (words, href) => Object.assign(document.createElement("a"), { className: "btn", textContent: words, href });
