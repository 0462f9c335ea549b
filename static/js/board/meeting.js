// A workshop that is live, seen from the map: whom to follow, to where, and the way into the room. Whoever leads shows
// all screens what they look at here by opening it: a stage by its name, a touchpoint by its card.
import { Follow } from "../room/follow.js";
import { $ } from "./dom.js";

export function watchMeeting({ store, line, boot, map }) {
  const live = () => store.all("workshop").find((row) => row.state === "live");
  const calm = matchMedia("(prefers-reduced-motion: reduce)");
  const follow = new Follow({
    bar: () => $("#follow"),
    here: "map", me: boot.me.key, now: () => Date.now() + line.skew,
    names: (key) => store.all("participant").find((row) => row.person === key)?.name,
    url: (_, workshop) => `/workshops/${workshop.id}/`,
    go: show,
  });

  function show(id) {
    const record = store.get(id);
    const place = record?.kind === "issue" && record.touchpoint ? record.touchpoint : id;
    const node = $(`[data-id="${place}"]`, map) ?? $(`[data-stage="${place}"]`, map);
    node?.scrollIntoView({ block: "nearest", inline: "start", behavior: calm.matches ? "auto" : "smooth" });
    for (const old of map.querySelectorAll("[data-spot]")) old.removeAttribute("data-spot");
    node?.setAttribute("data-spot", "");
  }

  store.addEventListener("change", () => {
    const workshop = live();
    follow.hear(workshop ?? { state: "closed", led_by: "" });
    const room = $("#to-room");
    room.hidden = !workshop;
    if (workshop) room.href = `/workshops/${workshop.id}/`;
    if (workshop?.led_by === boot.me.key && !$("[data-spot]", map) && workshop.spotlight) show(workshop.spotlight);
  });

  map.addEventListener("click", ({ target }) => {
    const workshop = live();
    if (workshop?.led_by !== boot.me.key) return;
    const at = target.closest(".tp")?.dataset.id ?? target.closest(".stage__head")?.closest(".stage")?.dataset.stage;
    if (!at || at === workshop.spotlight) return;
    store.submit("workshop.spotlight", { id: workshop.id, at });
    show(at);
  });
}
