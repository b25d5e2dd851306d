// Behind an @ in a note: the colleagues whose name or address begins so, to be chosen from a list.
import { ListBox } from "./list-box.js";

const BY_SCRIPT = { "X-Requested-With": "fetch" }; // whoever is signed out gets a 401, and no page to sign in
const WAIT_MS = 120;

// What stands between the last @ and the cursor.
const before = (field) => field.value.slice(0, field.selectionStart).match(/(?:^|[^\p{L}\p{N}_@.+-])@([^@\n]{0,60})$/u)?.[1];

const offer = (field, { colleagues, label }) => {
  const typed = () => before(field);
  const list = document.createElement("ul");
  list.id = "colleagues";
  list.className = "palette-list colleagues";
  list.setAttribute("aria-label", label);
  field.after(list);
  let timer = 0;
  let asked = 0;

  const draw = (option, person) => {
    const address = document.createElement("span");
    address.className = "quiet small";
    address.textContent = person.email;
    option.append(person.name, " ", ...(person.name === person.email ? [] : [address]));
  };
  const choose = (person) => {
    const begin = field.selectionStart - typed().length;
    field.setRangeText(`${person.write} `, begin, field.selectionStart, "end");
    close();
    field.dispatchEvent(new Event("input", { bubbles: true }));
  };
  const box = new ListBox(field, list, { draw, choose, isPopup: true, keys: ["Enter", "Tab"] });
  const close = () => {
    clearTimeout(timer);
    asked += 1; // an answer that is on its way comes too late
    box.close();
  };
  const look = async () => {
    asked += 1;
    const mine = asked;
    const answer = await fetch(`${colleagues}?q=${encodeURIComponent(typed())}`, { headers: BY_SCRIPT });
    if (mine !== asked) return;
    const { people } = answer.ok && !answer.redirected ? await answer.json() : { people: [] };
    if (mine !== asked) return;
    if (people.length) box.show(people);
    else close();
  };

  field.addEventListener("input", () => {
    clearTimeout(timer);
    const words = typed();
    if (words === undefined || words.endsWith(" ") || words.split(" ").length > 3) close();
    else timer = setTimeout(() => { look().catch(close); }, WAIT_MS);
  });
  field.addEventListener("blur", close);
};

const begin = () => {
  const field = document.querySelector("#notes textarea");
  const here = document.getElementById("here")?.dataset;
  if (field && here?.colleagues && !field.parentElement.querySelector("#colleagues")) offer(field, here);
};
begin();
document.addEventListener("renewed", begin);
