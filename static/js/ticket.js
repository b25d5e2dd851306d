// A ticket's page: through the list that one came from, who else looks at it, and what changed since it was drawn.
"use strict";

const walkTheList = () => {
  const walk = document.querySelector("[data-walk]");
  if (!walk) return;
  const list = JSON.parse(sessionStorage.getItem("list") || "null");
  const place = list ? list.tickets.indexOf(walk.dataset.walk) : -1;
  if (place < 0) {
    walk.remove(); // its keys would lead nowhere
    return;
  }
  document.querySelector("[data-back]").href = `${list.at}#ticket-${walk.dataset.walk}`;
  const words = { n: place + 1, all: list.tickets.length };
  walk.querySelector("[data-here]").textContent = walk.dataset.place.replace(/\{(n|all)\}/g, (_all, name) => words[name]);
  for (const link of walk.querySelectorAll("[data-step]")) {
    const ticket = list.tickets[place + Number(link.dataset.step)];
    if (ticket) link.href = `/desk/tickets/${ticket}/`;
    else link.remove();
  }
  walk.hidden = false;
};
walkTheList();
document.addEventListener("renewed", walkTheList);

// The times of a field's list as buttons: few phones show such a list, and no reader knows of it before they type.
const showTimes = () => {
  for (const field of document.querySelectorAll("input[list=later]")) {
    const times = [...field.list.options];
    field.removeAttribute("list"); // and it is done once
    if (!times.length) continue;
    const line = document.createElement("div");
    line.className = "later-times";
    line.append(...times.map(({ value, label }) => {
      const button = document.createElement("button");
      button.type = "button";
      button.className = "button";
      button.textContent = label;
      button.addEventListener("click", () => {
        field.value = value;
        field.dispatchEvent(new Event("input", { bubbles: true }));
        field.dispatchEvent(new Event("change", { bubbles: true }));
      });
      return button;
    }));
    field.after(line);
  }
};
showTimes();
document.addEventListener("renewed", showTimes);

// Whoever goes to write a mail is asked, when they come back, whether it is to be logged.
document.addEventListener("click", (event) => {
  const asked = document.querySelector("[data-mailed]");
  if (asked && event.target.closest('#main a[href^="mailto:"]')) asked.hidden = false;
  // And whoever calls finds the form to log it open when they hang up.
  if (document.getElementById("attempts") && event.target.closest('#main a[href^="tel:"]')) {
    setTimeout(() => { location.hash = "#attempts"; }, 500);
  }
});

// A menu that led to a form would stand over it.
document.addEventListener("click", (event) => {
  event.target.closest(".actions .menu-body a[href^='#']")?.closest("details").removeAttribute("open");
});

// Ctrl Enter sends the form that one types in, with Shift by its second button. A result chosen with the mouse leads on.
document.addEventListener("keydown", (event) => {
  const form = event.target.form;
  if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey) || !form?.closest("#main")) return;
  event.preventDefault();
  const buttons = form.querySelectorAll("button[type=submit]");
  form.requestSubmit(buttons[event.shiftKey ? 1 : 0] || buttons[0]);
});
let pressedAt = 0;
document.addEventListener("pointerdown", () => { pressedAt = Date.now(); });
document.addEventListener("change", (event) => {
  if (Date.now() - pressedAt < 1000 && event.target.matches("#attempts input[name=result]")) {
    event.target.form.querySelector("textarea").focus({ preventScroll: true });
  }
});

(() => {
  const BY_SCRIPT = { "X-Requested-With": "fetch" }; // whoever is signed out gets a 401, and no page to sign in
  const EVERY_MS = 20000;
  const say = async () => {
    const form = document.getElementById("here");
    const line = document.querySelector("[data-others]");
    if (document.hidden || !form || !line) return;
    const answer = await fetch(form.action, { method: "POST", body: new FormData(form), headers: BY_SCRIPT });
    if (!answer.ok || answer.redirected) return;
    const { words, changed, unread } = await answer.json();
    document.dispatchEvent(new CustomEvent("unread", { detail: unread }));
    if (!form.isConnected) return; // the page was drawn anew meanwhile, and shows it
    const news = document.querySelector("[data-changed]"), said = news.firstElementChild;
    if (said.textContent !== changed) said.textContent = changed;
    news.hidden = !changed;
    if (line.textContent !== words) line.textContent = words;
    line.hidden = !words;
  };
  const sayQuietly = () => { say().catch(() => {}); };
  sayQuietly();
  setInterval(sayQuietly, EVERY_MS);
  document.addEventListener("visibilitychange", sayQuietly);
})();
