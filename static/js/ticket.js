// A ticket's page says that somebody looks at it, shows who else does, and keeps what is typed until it is sent.
"use strict";

(() => {
  const EVERY_MS = 20000;
  const form = document.getElementById("here");
  const line = document.querySelector("[data-others]");
  if (!form || !line) return;

  const say = async () => {
    if (document.hidden) return;
    const answer = await fetch(form.action, { method: "POST", body: new FormData(form) });
    if (!answer.ok || answer.redirected) return;
    const { words } = await answer.json();
    if (line.textContent !== words) line.textContent = words;
    line.hidden = !words;
  };
  const sayQuietly = () => { say().catch(() => {}); };
  sayQuietly();
  setInterval(sayQuietly, EVERY_MS);
  document.addEventListener("visibilitychange", sayQuietly);

  // Words that were typed and not sent: a session that ended, or a tab that was closed by mistake, loses none.
  for (const field of document.querySelectorAll(".panel textarea")) {
    const key = `draft ${location.pathname} ${field.id}`;
    if (!field.value) field.value = sessionStorage.getItem(key) ?? "";
    field.addEventListener("input", () => sessionStorage.setItem(key, field.value));
    field.form.addEventListener("submit", () => sessionStorage.removeItem(key));
  }
})();
