// The seconds in which a mail can be taken back, counted down; then its button goes, and what became of it is shown.
"use strict";

(() => {
  const LOOK_MS = 3000;
  const LOOKS = 6;
  const PARTS = ["#conversation", ".ticket-history", ".clock-box", ".only-narrow"];
  const isWaiting = (page, id) => page.querySelector(`#message${id} .talk-status[data-kind=waits]`);

  // Draws the conversation, the history and the clock anew once the mail has left, but for what somebody is in.
  const look = async (id, left) => {
    const answer = await fetch(location.pathname, { headers: { "X-Requested-With": "fetch" } });
    if (!answer.ok || answer.redirected) return;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    if (isWaiting(page, id) && left > 0) {
      setTimeout(() => look(id, left - 1).catch(() => {}), LOOK_MS);
      return;
    }
    for (const part of PARTS) {
      const [old, fresh] = [document.querySelector(part), page.querySelector(part)];
      if (old && fresh && !old.contains(document.activeElement)) old.replaceWith(document.adoptNode(fresh));
    }
  };

  const count = (bar) => {
    let left = Number(bar.dataset.leaves);
    bar.removeAttribute("data-leaves");
    const words = bar.querySelector("[data-words]");
    const timer = setInterval(() => {
      left -= 1;
      if (left > 0) {
        words.textContent = words.textContent.replace(/\d+/, left);
        return;
      }
      clearInterval(timer);
      words.textContent = bar.dataset.left;
      bar.querySelector("form").remove();
      setTimeout(() => look(bar.dataset.message, LOOKS).catch(() => {}), LOOK_MS);
    }, 1000);
  };

  const begin = () => document.querySelectorAll("[data-leaves]").forEach(count);
  begin();
  document.addEventListener("renewed", begin);
})();
