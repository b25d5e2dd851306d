// A list box under a field: the focus stays in the field, arrow keys move in the list, Enter or a click chooses.
// The palette (keys.js) and the colleagues behind an @ (mentions.js) are both this one. To a screen reader it is what
// WAI-ARIA calls a combobox: aria-activedescendant names the chosen option, a status line says how many there are.

// Letters without accents find those with, as in the searches of the server.
const fold = (text) => text.toLowerCase().normalize("NFKD").replace(/[\u0300-\u036f]/g, "")
  .replace(/[‘’ʼ`´]/g, "'").replace(/ø/g, "o").replace(/æ/g, "ae").replace(/ß/g, "ss");

// The items whose name has each of the words somewhere.
export const fitting = (items, words, nameOf) => {
  const parts = fold(words).split(/\s+/).filter(Boolean);
  return items.filter((item) => parts.every((part) => fold(nameOf(item)).includes(part)));
};

export class ListBox {
  #items = [];
  #options = [];
  #chosen = 0;

  // draw(option, item) fills an <li>; choose(item) is called with what was chosen. A list that is a popup is hidden while
  // it has nothing to offer, and Escape closes it; `keys` are those that choose. groupOf(item) names the group under which
  // it stands with its neighbours, "" for none.
  constructor(field, list, { draw, choose, groupOf = () => "", isPopup = false, keys = ["Enter"] }) {
    Object.assign(this, { field, list, draw, choose, groupOf, isPopup, keys });
    this.status = document.createElement("p");
    this.status.className = "sr-only";
    this.status.setAttribute("role", "status");
    list.setAttribute("role", "listbox");
    list.after(this.status);
    list.hidden = isPopup;
    field.setAttribute("aria-autocomplete", "list");
    field.setAttribute("aria-controls", list.id);
    field.addEventListener("keydown", (event) => this.#press(event));
  }

  // `keeps`: more items came behind those that are shown, and the chosen one stays chosen.
  show(items, { keeps = false } = {}) {
    this.#items = items;
    this.#chosen = keeps && this.#chosen < items.length ? this.#chosen : 0;
    this.#options = items.map((item, number) => {
      const option = document.createElement("li");
      option.id = `${this.list.id}-${number}`;
      option.setAttribute("role", "option");
      this.draw(option, item);
      option.addEventListener("mousedown", (event) => event.preventDefault()); // the focus stays in the field
      option.addEventListener("click", () => this.choose(item));
      return option;
    });
    this.list.replaceChildren(...this.#grouped());
    this.list.hidden = this.isPopup && !items.length;
    this.status.textContent = `${this.list.getAttribute("aria-label")}: ${items.length}`;
    this.#mark();
  }

  close() {
    this.show([]);
    this.status.textContent = "";
  }

  // The options, those of one group in a group of ARIA under its name.
  #grouped() {
    const parts = [];
    let [name, part] = ["", null];
    this.#items.forEach((item, number) => {
      const label = this.groupOf(item);
      if (label && label !== name) {
        part = document.createElement("li");
        part.setAttribute("role", "group");
        part.setAttribute("aria-label", label);
        const head = document.createElement("p");
        head.setAttribute("aria-hidden", "true");
        head.textContent = label;
        const options = document.createElement("ul");
        options.setAttribute("role", "presentation");
        part.append(head, options);
        parts.push(part);
      }
      name = label;
      if (label) part.lastElementChild.append(this.#options[number]);
      else parts.push(this.#options[number]);
    });
    return parts;
  }

  #mark() {
    this.#options.forEach((option, number) => {
      option.setAttribute("aria-selected", String(number === this.#chosen));
    });
    const option = this.#options[this.#chosen];
    if (option) this.field.setAttribute("aria-activedescendant", option.id);
    else this.field.removeAttribute("aria-activedescendant");
    // A <textarea> is no combobox, and may not say so.
    if (this.field.getAttribute("role") === "combobox") this.field.setAttribute("aria-expanded", String(Boolean(option)));
    option?.scrollIntoView({ block: "nearest" });
  }

  #press(event) {
    const by = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (!this.#items.length || event.isComposing) return;
    if (by) {
      this.#chosen = (this.#chosen + by + this.#items.length) % this.#items.length;
      this.#mark();
    } else if (this.keys.includes(event.key) && !event.shiftKey) this.choose(this.#items[this.#chosen]);
    else if (event.key === "Escape" && this.isPopup) this.close();
    else return;
    event.preventDefault();
    event.stopPropagation();
  }
}
