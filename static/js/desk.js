// The queue keeps itself up to date: clocks tick where they are, rows are drawn anew when nobody is in them.
"use strict";

(() => {
  const BY_SCRIPT = { "X-Requested-With": "fetch" }; // whoever is signed out gets a 401, and no page to sign in
  const EVERY_MS = 10000;
  const WHOLE_PAGE_MS = 60000; // figures and counts, too
  const REDRAW_MS = 20000; // between two for changes: 200 people then cost less than half a core
  let alive = document.getElementById("alive");
  if (!alive) return;
  let drawnAt = Date.now();
  let tag = "";

  const inUse = () =>
    alive.matches(":hover") || alive.contains(document.activeElement) ||
    alive.querySelector("input:checked") || document.querySelector("#bulk-fields:not([hidden]), dialog[open]");

  const redraw = async () => {
    const answer = await fetch(location.href, { headers: { Accept: "text/html", ...BY_SCRIPT } });
    if (!answer.ok || answer.redirected) return;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    if (inUse()) return; // a hand came while the page was on its way
    for (const chosen of ["#alive", ".figures", ".tabs", "#next"]) {
      const old = document.querySelector(chosen);
      const fresh = page.querySelector(chosen);
      if (old && fresh) old.replaceWith(document.adoptNode(fresh));
      else if (old) old.remove();
    }
    alive = document.getElementById("alive");
    drawnAt = Date.now();
    listen();
  };

  // The minutes of the clocks, in place; how many rows say something else by now, are new, or are gone.
  const compare = (rows) => {
    const changed = new Set(Object.keys(rows));
    for (const line of alive.querySelectorAll("[data-ticket]")) {
      const row = rows[line.dataset.ticket];
      if (!row || row.fingerprint !== line.dataset.fingerprint) {
        changed.add(line.dataset.ticket);
        continue;
      }
      changed.delete(line.dataset.ticket);
      line.querySelector(".clock-words").textContent = row.clock.words;
      if (row.clock.state !== "overdue") line.querySelector(".clock-left")?.setAttribute("width", row.clock.left);
    }
    return changed.size;
  };

  const tell = (count) => {
    const line = alive.querySelector("[data-changed]");
    const words = line.querySelector("[data-many]");
    line.hidden = !count;
    const text = count === 1 ? words.dataset.one : words.dataset.many.replace("{n}", count);
    if (count && words.textContent !== text) words.textContent = text;
  };

  const look = async () => {
    if (Date.now() - drawnAt > WHOLE_PAGE_MS && !inUse()) {
      await redraw();
      return;
    }
    const answer = await fetch(alive.dataset.live, { headers: tag ? { "If-None-Match": tag, ...BY_SCRIPT } : BY_SCRIPT });
    if (!answer.ok || answer.redirected) return;
    tag = answer.headers.get("ETag") || "";
    const { fingerprint, rows, unread } = await answer.json();
    document.dispatchEvent(new CustomEvent("unread", { detail: unread }));
    const count = compare(rows);
    const mayRedraw = Date.now() - drawnAt >= (Number(alive.dataset.every) || REDRAW_MS) && !inUse();
    if (fingerprint !== alive.dataset.fingerprint && mayRedraw) await redraw();
    else tell(count);
  };

  // Shift ticks everything between, the box in the head everything; the count says how many.
  let last = null;
  const boxes = () => [...document.querySelectorAll(".rows input[name=tickets]")];
  const count = () => {
    const line = document.querySelector(".bulk-count");
    if (!line) return;
    const ticked = boxes().filter((box) => box.checked).length;
    line.dataset.none ??= line.textContent;
    line.textContent = ticked ? `${line.dataset.count} ${ticked}` : line.dataset.none;
  };
  // A ticket's page goes through this list with j and k, and leads back to where one was.
  const remember = () => {
    const tickets = [...alive.querySelectorAll("[data-ticket]")].map((row) => row.dataset.ticket);
    sessionStorage.setItem("list", JSON.stringify({ at: location.pathname + location.search, tickets }));
  };
  const listen = () => {
    last = null;
    remember();
    count(); // a browser that comes back to the page remembers ticks
    const every = document.querySelector("[data-tick-all]");
    if (every) {
      every.hidden = false;
      const box = every.querySelector("input");
      box.addEventListener("click", () => {
        boxes().forEach((other) => { other.checked = box.checked; });
        count();
      });
    }
    for (const box of boxes()) {
      box.addEventListener("click", (event) => {
        const all = boxes();
        if (event.shiftKey && last !== null) {
          const [from, to] = [all.indexOf(last), all.indexOf(box)].sort((one, other) => one - other);
          all.slice(from, to + 1).forEach((other) => { other.checked = box.checked; });
        }
        last = box;
        count();
      });
    }
  };

  // Whoever goes to write a mail comes back to its ticket, which offers to log it.
  document.addEventListener("click", (event) => {
    const mail = event.target.closest("a[data-then]");
    if (mail) setTimeout(() => location.assign(mail.dataset.then), 500);
  });

  listen();
  // The browser goes to the part of the page that the address names, and takes the focus away: after that.
  addEventListener("load", () => setTimeout(() => {
    if (/^#ticket-\d+$/.test(location.hash)) document.querySelector(`${location.hash} .row-name a`)?.focus();
  }));
  let looking = false; // an answer that takes long is not asked for twice
  setInterval(async () => {
    if (looking || document.hidden) return;
    looking = true;
    try {
      await look();
    } catch {
      // The network is away: the next look may find it.
    } finally {
      looking = false;
    }
  }, Number(alive.dataset.every) || EVERY_MS);
})();
