// Keys on every staff page: what an element says in data-key, moving in lists, help (?).
import { beginPalette } from "./palette.js";

(() => {
  // Where tabs stand in one line that is longer than a phone is wide, the current one is brought into it.
  for (const tab of document.querySelectorAll(":is(.tabs, .setup-nav) [aria-current]")) {
    const line = tab.parentElement;
    if (line.scrollWidth > line.clientWidth) tab.scrollIntoView({ block: "nearest", inline: "nearest" });
  }
  const help = document.getElementById("keys-help");
  const palette = document.getElementById("palette");
  if (!help || !palette) return;
  const single = document.body.dataset.singleKeys === "1";
  const visible = (found) => found.getClientRects().length > 0;
  const label = (found) => (found.getAttribute("aria-label") || found.textContent).replace(/\s+/g, " ").trim();
  const typing = (target) =>
    target.closest("textarea, select, [contenteditable], input:not([type=checkbox], [type=radio], [type=submit])");

  // What is done with ticked rows is done with the row in focus when none is ticked.
  const tickHere = () => {
    const box = here()?.querySelector("input[type=checkbox]");
    if (box && !document.querySelector(".rows input[type=checkbox]:checked")) box.checked = true;
  };

  // What a key does: it follows a link, opens the menu that a thing is in, or presses a button.
  const press = (found) => {
    if (found.form?.id === "bulk") tickHere();
    const menu = found.closest("details");
    if (menu && !menu.open && found.tagName === "A" && !found.hash) menu.open = true;
    found.click();
  };

  const rows = () => [...document.querySelectorAll(".rows > .row")].filter(visible);
  const here = () => document.activeElement?.closest(".rows > .row");
  const step = (by) => {
    const all = rows();
    if (!all.length) return;
    const at = all.indexOf(here());
    const next = all[Math.max(0, Math.min(all.length - 1, at < 0 ? 0 : at + by))];
    next.querySelector(".row-name a")?.focus();
    next.scrollIntoView({ block: "nearest" });
  };
  const tick = (row) => row?.querySelector("input[type=checkbox]")?.click();

  const onPage = {
    j: () => step(1),
    k: () => step(-1),
    x: () => tick(here()),
    "/": () => {
      const field = document.querySelector("input[type=search]");
      field?.closest("details")?.setAttribute("open", "");
      field?.focus();
    },
    "?": () => showHelp(),
  };
  let isGoing = false;

  document.addEventListener("keydown", (event) => {
    if ((event.ctrlKey || event.metaKey) && !event.altKey && event.key.toLowerCase() === "k") {
      event.preventDefault();
      showPalette();
      return;
    }
    if (event.ctrlKey || event.metaKey || event.altKey || document.querySelector("dialog[open]")) return;
    if (event.key === "Escape" && location.hash && document.querySelector(".panel:target")) {
      location.hash = "#main";
      return;
    }
    if (typing(event.target)) return;
    if ((event.key === "ArrowDown" || event.key === "ArrowUp") && here()) {
      event.preventDefault();
      step(event.key === "ArrowDown" ? 1 : -1);
      return;
    }
    if (!single) return;
    const found = isGoing
      ? document.querySelector(`[data-go="${CSS.escape(event.key)}"]`)
      : document.querySelector(`[data-key="${CSS.escape(event.key)}"]`);
    isGoing = event.key === "g" && !isGoing;
    if (found) {
      event.preventDefault();
      press(found);
    } else if (onPage[event.key]) {
      event.preventDefault();
      onPage[event.key]();
    }
  });

  // A second click on the same button is not a second wish.
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (event.submitter?.formTarget === "_blank") return; // a preview in another tab: this form is sent later
    if (form.dataset.sent) event.preventDefault();
    form.dataset.sent = "1";
    setTimeout(() => { delete form.dataset.sent; }, 3000);
  });

  // A panel that opens takes the focus to its first field.
  window.addEventListener("hashchange", () => {
    const panel = document.querySelector(".panel:target");
    const first = panel?.querySelector("[data-first]");
    (first || panel?.querySelector("input:not([type=hidden]), textarea, select"))?.focus();
  });

  const showHelp = () => {
    const list = help.querySelector("[data-of-page]");
    list.replaceChildren();
    for (const found of document.querySelectorAll("[data-key]")) {
      const line = document.createElement("div");
      const key = document.createElement("dt");
      const words = document.createElement("dd");
      const cap = document.createElement("kbd");
      cap.textContent = found.dataset.key;
      words.textContent = label(found);
      key.append(cap);
      line.append(key, words);
      list.append(line);
    }
    help.querySelector("[data-single-off]").hidden = single;
    help.showModal();
  };
  document.querySelectorAll("[data-shows-keys]").forEach((found) => {
    found.hidden = false;
    found.addEventListener("click", showHelp);
  });

  const showPalette = beginPalette(palette, { label, press });
  for (const dialog of [help, palette]) {
    dialog.addEventListener("click", (event) => { if (event.target === dialog) dialog.close(); });
  }
})();
