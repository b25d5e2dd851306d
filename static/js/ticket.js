// A ticket's page says that somebody looks at it, and shows who else does.
"use strict";

const BY_SCRIPT = { "X-Requested-With": "fetch" }; // whoever is signed out gets a 401, and no page to sign in

(() => {
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

// Behind an @ in a note: the colleagues whose name or address begins so, to be chosen from a list.
(() => {
  const WAIT_MS = 120;
  const field = document.querySelector("#notes textarea");
  const { colleagues, label } = document.getElementById("here")?.dataset ?? {};
  if (!field || !colleagues) return;
  const list = document.createElement("ul");
  list.id = "colleagues";
  list.className = "palette-list colleagues";
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", label);
  list.hidden = true;
  const count = document.createElement("p");
  count.className = "sr-only";
  count.setAttribute("role", "status");
  field.after(list, count);
  field.setAttribute("aria-autocomplete", "list");
  field.setAttribute("aria-controls", list.id);

  let people = [];
  let chosen = 0;
  let timer = 0;
  let asked = 0;

  // What stands between the last @ and the cursor, of at most three words.
  const typed = () => field.value.slice(0, field.selectionStart).match(/(?:^|[^\p{L}\p{N}_@.+-])@([^@\n]{0,60})$/u)?.[1];
  const close = () => {
    clearTimeout(timer);
    asked += 1;
    people = [];
    list.hidden = true;
    count.textContent = "";
    field.removeAttribute("aria-activedescendant");
  };
  const draw = () => {
    list.replaceChildren(...people.map((person, number) => {
      const option = document.createElement("li");
      const address = document.createElement("span");
      option.id = `colleague-${number}`;
      option.setAttribute("role", "option");
      option.setAttribute("aria-selected", String(number === chosen));
      address.className = "quiet small";
      address.textContent = person.email;
      option.append(person.name, " ", ...(person.name === person.email ? [] : [address]));
      option.addEventListener("pointerdown", (event) => { event.preventDefault(); choose(number); });
      return option;
    }));
    list.hidden = false;
    field.setAttribute("aria-activedescendant", `colleague-${chosen}`);
  };
  const choose = (number) => {
    const begin = field.selectionStart - typed().length;
    field.setRangeText(`${people[number].write} `, begin, field.selectionStart, "end");
    close();
    field.dispatchEvent(new Event("input", { bubbles: true }));
  };
  const look = async () => {
    const words = typed();
    asked += 1;
    const mine = asked;
    const answer = await fetch(`${colleagues}?q=${encodeURIComponent(words)}`, { headers: BY_SCRIPT });
    if (mine !== asked) return;
    if (!answer.ok || answer.redirected) { close(); return; }
    ({ people } = await answer.json());
    chosen = 0;
    if (!people.length) { close(); return; }
    draw();
    count.textContent = `${label}: ${people.length}`;
  };
  field.addEventListener("input", () => {
    clearTimeout(timer);
    const words = typed();
    if (words === undefined || words.endsWith(" ") || words.split(" ").length > 3) close();
    else timer = setTimeout(() => { look().catch(close); }, WAIT_MS);
  });
  field.addEventListener("keydown", (event) => {
    if (list.hidden) return;
    const by = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (by) {
      chosen = (chosen + by + people.length) % people.length;
      draw();
    } else if ((event.key === "Enter" || event.key === "Tab") && !event.shiftKey) choose(chosen);
    else if (event.key === "Escape") close();
    else return;
    event.preventDefault();
    event.stopPropagation();
  });
  field.addEventListener("blur", close);
})();
