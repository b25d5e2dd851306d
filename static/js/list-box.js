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
  #chosen = 0;

  // draw(option, item) fills an <li>; choose(item) is called with what was chosen. A list that is a popup is hidden while
  // it has nothing to offer, and Escape closes it; `keys` are those that choose.
  constructor(field, list, { draw, choose, isPopup = false, keys = ["Enter"] }) {
    Object.assign(this, { field, list, draw, choose, isPopup, keys });
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

  show(items) {
    this.#items = items;
    this.#chosen = 0;
    this.list.replaceChildren(...items.map((item, number) => {
      const option = document.createElement("li");
      option.id = `${this.list.id}-${number}`;
      option.setAttribute("role", "option");
      this.draw(option, item);
      option.addEventListener("mousedown", (event) => event.preventDefault()); // the focus stays in the field
      option.addEventListener("click", () => this.choose(item));
      return option;
    }));
    this.list.hidden = this.isPopup && !items.length;
    this.status.textContent = `${this.list.getAttribute("aria-label")}: ${items.length}`;
    this.#mark();
  }

  close() {
    this.show([]);
    this.status.textContent = "";
  }

  #mark() {
    [...this.list.children].forEach((option, number) => {
      option.setAttribute("aria-selected", String(number === this.#chosen));
    });
    const option = this.list.children[this.#chosen];
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
