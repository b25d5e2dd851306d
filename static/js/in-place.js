// What stands on a page of its own opens in place: data-opens names its part of that page, data-from the page's address.
// With data-stays it is open again on the next page, and a choice in it is sent at once.
"use strict";

(() => {
  const BY_SCRIPT = { "X-Requested-With": "fetch" };

  const fetched = async (opener) => {
    const answer = await fetch(opener.dataset.from, { headers: { Accept: "text/html", ...BY_SCRIPT } });
    if (!answer.ok || answer.redirected) throw new Error(String(answer.status));
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const part = document.adoptNode(page.querySelector(opener.dataset.opens));
    document.querySelector(opener.dataset.into).append(part);
    return part;
  };

  const isShown = (opener) => sessionStorage.getItem(opener.dataset.opens) === "1";

  const show = async (opener, takesFocus) => {
    const part = document.querySelector(`${opener.dataset.into} ${opener.dataset.opens}`);
    const shown = part || await fetched(opener);
    if (part) shown.hidden = !shown.hidden;
    opener.setAttribute("aria-expanded", String(!shown.hidden));
    if ("stays" in opener.dataset) {
      sessionStorage.setItem(opener.dataset.opens, shown.hidden ? "" : "1");
      if (!part) shown.addEventListener("change", (event) => { if (event.target.matches("select")) shown.requestSubmit(); });
    }
    if (takesFocus && !shown.hidden) shown.querySelector("input:not([type=hidden]), select, textarea")?.focus();
  };

  for (const opener of document.querySelectorAll("[data-opens]")) {
    opener.setAttribute("aria-expanded", "false");
    if ("stays" in opener.dataset && isShown(opener)) show(opener, false).catch(() => {});
    opener.addEventListener("click", (event) => {
      if (opener.dataset.failed || event.ctrlKey || event.metaKey || event.shiftKey) return;
      event.preventDefault();
      show(opener, true).catch(() => {
        opener.dataset.failed = "1"; // the page of its own, then
        opener.click();
      });
    });
  }
})();
