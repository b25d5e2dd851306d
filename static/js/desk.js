// The queue keeps itself up to date: it asks for a word on its rows, and draws them anew when nobody is in them.
"use strict";

(() => {
  const EVERY_MS = 10000;
  let alive = document.getElementById("alive");
  if (!alive) return;

  const inUse = () =>
    alive.matches(":hover") || alive.contains(document.activeElement) ||
    alive.querySelector("input:checked") || document.querySelector("#bulk details[open], dialog[open]");

  const redraw = async () => {
    const answer = await fetch(location.href, { headers: { Accept: "text/html" } });
    if (!answer.ok || answer.redirected) return;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    for (const chosen of ["#alive", ".figures", ".tabs", ".next"]) {
      const old = document.querySelector(chosen);
      const fresh = page.querySelector(chosen);
      if (old && fresh) old.replaceWith(document.adoptNode(fresh));
      else if (old) old.remove();
    }
    alive = document.getElementById("alive");
    listen();
  };

  const look = async () => {
    if (document.hidden) return;
    const answer = await fetch(alive.dataset.live, { headers: { "If-None-Match": `"${alive.dataset.print}"` } });
    if (!answer.ok || answer.redirected) return;
    const { print } = await answer.json();
    if (print === alive.dataset.print) return;
    if (!inUse()) {
      await redraw();
      return;
    }
    const line = alive.querySelector("[data-changed]");
    const words = line.querySelector("[data-words]");
    line.hidden = false;
    if (!words.textContent) words.textContent = words.dataset.words;
  };

  // Shift ticks everything between; the count says how many.
  let last = null;
  const boxes = () => [...document.querySelectorAll(".rows input[name=tickets]")];
  const listen = () => {
    last = null;
    for (const box of boxes()) {
      box.addEventListener("click", (event) => {
        const all = boxes();
        if (event.shiftKey && last !== null) {
          const [from, to] = [all.indexOf(last), all.indexOf(box)].sort((one, other) => one - other);
          all.slice(from, to + 1).forEach((other) => { other.checked = box.checked; });
        }
        last = box;
        const count = document.querySelector(".bulk-count");
        if (count) count.textContent = `${count.dataset.count} ${all.filter((other) => other.checked).length}`;
      });
    }
  };

  listen();
  setInterval(() => { look().catch(() => {}); }, Number(alive.dataset.every) || EVERY_MS);
})();
