// The bell: opens the newest notices in place, and keeps its number fresh with what other scripts hear from the server.
// They say so with an event "unread" on the document, whose detail is the number. Without this script it is a link.
"use strict";

(() => {
  const BY_SCRIPT = { Accept: "text/html", "X-Requested-With": "fetch" };
  const bell = document.querySelector("[data-bell]");
  if (!bell) return;
  const [link, panel] = [bell.querySelector("a"), bell.querySelector(".bell-panel")];
  const [mark, number] = [bell.querySelector("[data-unread]"), bell.querySelector("[data-number]")];

  const count = (unread) => {
    const most = Number(bell.dataset.most);
    const words = unread > most ? `${most}+` : String(unread);
    if (number.textContent !== words) number.textContent = words;
    mark.hidden = !unread;
  };
  document.addEventListener("unread", ({ detail }) => count(detail));

  const close = (takesFocus) => {
    panel.hidden = true;
    link.setAttribute("aria-expanded", "false");
    if (takesFocus) link.focus();
  };
  const fill = async () => {
    const answer = await fetch(`${link.href}?few`, { headers: BY_SCRIPT });
    if (!answer.ok || answer.redirected) throw new Error(String(answer.status));
    const part = new DOMParser().parseFromString(await answer.text(), "text/html");
    panel.replaceChildren(...document.adoptNode(part.body).childNodes);
  };
  const open = async () => {
    await fill();
    panel.hidden = false;
    link.setAttribute("aria-expanded", "true");
    panel.focus();
  };

  link.setAttribute("aria-expanded", "false");
  link.setAttribute("aria-controls", panel.id);
  link.addEventListener("click", (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey || link.getAttribute("aria-current")) return;
    event.preventDefault();
    if (panel.hidden) open().catch(() => location.assign(link.href)); // the page of its own, then
    else close(true);
  });
  panel.addEventListener("submit", (event) => {
    event.preventDefault();
    const form = event.target;
    fetch(form.action, { method: "POST", body: new URLSearchParams(new FormData(form)), headers: BY_SCRIPT })
      .then((answer) => {
        if (!answer.ok || answer.redirected) throw new Error(String(answer.status));
        return Promise.all([answer.json(), fill()]);
      })
      .then(([{ unread }]) => {
        count(unread);
        panel.focus();
      })
      .catch(() => location.assign(link.href));
  });
  // What leads to no ticket is read once it was opened; a ticket's page says so itself.
  document.addEventListener("click", ({ target }) => {
    const led = target.closest?.("a[data-notice]");
    const token = document.querySelector("[name=csrfmiddlewaretoken]");
    if (!led || !token) return;
    const body = new URLSearchParams({ notice: led.dataset.notice, csrfmiddlewaretoken: token.value });
    fetch(`${link.href}read/`, { method: "POST", body, headers: BY_SCRIPT, keepalive: true }).catch(() => {});
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || panel.hidden || document.querySelector("dialog[open]")) return;
    event.stopPropagation();
    close(panel.contains(document.activeElement));
  }, true);
  document.addEventListener("click", (event) => { if (!panel.hidden && !bell.contains(event.target)) close(false); });
  bell.addEventListener("focusout", (event) => {
    if (!panel.hidden && event.relatedTarget && !bell.contains(event.relatedTarget)) close(false);
  });
})();
