// A ticket's page says that somebody looks at it, and shows who else does.
"use strict";

(() => {
  const BY_SCRIPT = { "X-Requested-With": "fetch" }; // whoever is signed out gets a 401, and no page to sign in
  const EVERY_MS = 20000;
  const form = document.getElementById("here");
  const line = document.querySelector("[data-others]");
  if (!form || !line) return;

  const say = async () => {
    if (document.hidden) return;
    const answer = await fetch(form.action, { method: "POST", body: new FormData(form), headers: BY_SCRIPT });
    if (!answer.ok || answer.redirected) return;
    const { words } = await answer.json();
    if (line.textContent !== words) line.textContent = words;
    line.hidden = !words;
  };
  const sayQuietly = () => { say().catch(() => {}); };
  sayQuietly();
  setInterval(sayQuietly, EVERY_MS);
  document.addEventListener("visibilitychange", sayQuietly);
})();
