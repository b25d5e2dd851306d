// The buttons that add, move and remove rows of a form change its page in place. Without this script they send the form,
// and its page comes again (nps_project/web/form_rows.py). What a folded part holds, in one line, follows what is typed.
"use strict";

(() => {
  const BY_SCRIPT = { "X-Requested-With": "fetch" };
  const DRAW_AFTER_MS = 400;

  const answerTo = async (form, change) => {
    const data = new FormData(form);
    data.append("change", change);
    const body = new URLSearchParams(data);
    const answer = await fetch(location.pathname, { method: "POST", body, headers: { Accept: "text/html", ...BY_SCRIPT } });
    if (!answer.ok || answer.redirected) throw new Error(String(answer.status));
    return new DOMParser().parseFromString(await answer.text(), "text/html");
  };

  const putWords = (page) => {
    for (const line of document.querySelectorAll("[data-says]")) {
      const fresh = page.querySelector(`[data-says="${CSS.escape(line.dataset.says)}"]`);
      if (fresh && fresh.textContent !== line.textContent) line.textContent = fresh.textContent;
    }
  };

  // A draft of drafts.js belongs to the place of its row.
  const forget = (rows) => Object.keys(sessionStorage)
    .filter((key) => key.startsWith("draft ") && key.includes(`${location.pathname} id_${rows}-`))
    .forEach((key) => sessionStorage.removeItem(key));

  // Which rows stand open, in the order after the change.
  const opened = (part, action, at) => {
    const open = [...part.querySelectorAll("[data-row]")].map((row) => Boolean(row.querySelector("details")?.open));
    const to = action === "up" ? at - 1 : at + 1;
    if (action === "remove") open.splice(at, 1);
    if ((action === "up" || action === "down") && to >= 0 && to < open.length) {
      [open[at], open[to]] = [open[to], open[at]];
    }
    return open;
  };

  const focusOn = (part, action, was) => {
    const wanted = part.querySelector("[autofocus]");
    const rows = part.querySelectorAll("[data-row]");
    const added = action === "add" && rows.length ? rows[rows.length - 1].querySelector("select, input:not([type=hidden])") : null;
    const stays = wanted?.disabled ? wanted.parentElement.querySelector("button:not(:disabled)") : wanted;
    const same = was && document.getElementById(was);
    (added || stays || same || part.querySelector("[data-row] button:not(:disabled), button"))?.focus();
  };

  const change = async (button) => {
    const was = button.was || document.activeElement?.id;
    const [rows, action, number] = button.value.split(".");
    forget(rows);
    const page = await answerTo(button.form, button.value);
    for (const part of document.querySelectorAll("[data-rows]")) {
      const fresh = page.querySelector(`[data-rows="${CSS.escape(part.dataset.rows)}"]`);
      if (!fresh) continue;
      const isIt = part.dataset.rows === rows;
      const open = isIt ? opened(part, action, Number(number)) : [];
      part.replaceWith(document.adoptNode(fresh));
      if (!isIt) continue;
      fresh.querySelectorAll("[data-row]").forEach((row, place) => {
        const details = row.querySelector("details");
        if (details && open[place]) details.open = true;
      });
      focusOn(fresh, action, was);
    }
    putWords(page);
  };

  document.addEventListener("click", (event) => {
    const button = event.target.closest?.("[data-rows-form] button[name=change]");
    if (!button || button.dataset.failed) return;
    event.preventDefault();
    change(button).catch(() => {
      button.dataset.failed = "1"; // as without a script, then
      button.click();
    });
  });

  let waits = 0;
  document.addEventListener("change", (event) => {
    const form = event.target.form;
    if (!form?.matches("[data-rows-form]")) return;
    const again = event.target.closest("[data-redraws]");
    if (again) {
      if (event.target.value === "*") return; // more is to be typed first
      change({ form, value: again.dataset.redraws, was: event.target.id }).catch(() => {});
      return;
    }
    if (!form.querySelector("[data-says]")) return;
    clearTimeout(waits);
    waits = setTimeout(() => answerTo(form, "form.draw").then(putWords).catch(() => {}), DRAW_AFTER_MS);
  });
})();
