// The palette (Ctrl K): what this page can do, at once; tickets, customers, answers, colleagues and pages from the server,
// one request at each pause of typing. Without this script the desk's search does it.
import { fitting, ListBox } from "./list-box.js";

const BY_SCRIPT = { "X-Requested-With": "fetch" }; // whoever is signed out gets a 401, and no page to sign in
const SOURCES = ".top-nav a, .tabs a, .questions li a, .setup-nav a, .menu-body a, [data-key], .menu-body button, .row:not(.rows-head) .row-name a";
const MOST_AT_FIRST = 12;
const MOST_BESIDE = 5; // of this page's own, once something is typed
const WAIT_MS = 160;

// Returns: what opens it. `label` names an element of the page, `press` does what it does.
export const beginPalette = (palette, { label, press }) => {
  const field = palette.querySelector("input");
  const [empty, waiting] = ["[data-empty]", "[data-waiting]"].map((part) => palette.querySelector(part));
  let choices = [];
  let found = []; // from the server, for what is typed now
  let asked = 0;
  let timer = 0;
  let isAsking = false;
  let goesOn = false; // Enter was pressed before anything was there

  const choose = ({ element, href }) => {
    palette.close();
    if (element) press(element);
    else location.assign(href);
  };
  const draw = (option, { name, more, element }) => {
    const words = document.createElement("span");
    words.className = "palette-name";
    words.dir = "auto";
    words.textContent = name;
    option.append(words);
    if (more) {
      const beside = document.createElement("span");
      beside.className = "palette-more quiet small";
      beside.dir = "auto";
      beside.textContent = more;
      option.append(" ", beside);
    }
    if (element?.dataset.key) {
      const cap = document.createElement("kbd");
      cap.textContent = element.dataset.key;
      option.append(" ", cap);
    }
  };
  const box = new ListBox(field, palette.querySelector("[role=listbox]"), { draw, choose, groupOf: ({ group }) => group });

  const show = (keeps) => {
    const typed = field.value.trim();
    const own = fitting(choices, typed, ({ name }) => name).slice(0, typed ? MOST_BESIDE : MOST_AT_FIRST);
    const here = new Set(own.map(({ href, element }) => href || element.href).filter(Boolean));
    const items = [...own, ...found.filter(({ href }) => !here.has(new URL(href, location.href).href))];
    box.show(items, { keeps });
    empty.hidden = isAsking || items.length > 0;
    waiting.hidden = !isAsking;
    if (goesOn && items.length) choose(items[0]);
    if (!isAsking) goesOn = false;
  };
  const ask = async () => {
    const mine = asked;
    const answer = await fetch(`${palette.dataset.find}?q=${encodeURIComponent(field.value)}`, { headers: BY_SCRIPT });
    const { groups } = answer.ok && !answer.redirected ? await answer.json() : { groups: [] };
    if (mine !== asked) return;
    found = groups.flatMap(({ label: group, items }) => items.map((item) => ({ ...item, group })));
    isAsking = false;
    show(true);
  };
  const typed = () => {
    clearTimeout(timer);
    asked += 1; // an answer that is on its way comes too late
    [found, goesOn, isAsking] = [[], false, field.value.trim() !== ""];
    show(false);
    if (!isAsking) return;
    timer = setTimeout(() => {
      ask().catch(() => {
        isAsking = false;
        show(true);
      });
    }, WAIT_MS);
  };
  field.addEventListener("input", typed);
  field.addEventListener("keydown", (event) => { if (event.key === "Enter" && isAsking) goesOn = true; });

  const open = () => {
    if (palette.open) return;
    const seen = new Set();
    choices = [...document.querySelectorAll(SOURCES)]
      .map((element) => ({ element, name: label(element), group: palette.dataset.here }))
      .filter(({ name }) => name && !seen.has(name) && seen.add(name));
    field.value = "";
    palette.showModal();
    typed();
    field.focus();
  };
  for (const opener of document.querySelectorAll("[data-shows-palette]")) {
    opener.addEventListener("click", (event) => {
      if (event.ctrlKey || event.metaKey || event.shiftKey) return;
      event.preventDefault();
      open();
    });
  }
  return open;
};
