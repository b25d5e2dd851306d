// What is typed into a form stays in this tab until the server took it: a tab that was closed by mistake, a line that was
// down, a page that was left, lose nothing. The server says what it took in a cookie (nps_project/web/kept_forms).
"use strict";

(() => {
  const user = document.body.dataset.user;
  if (!user) return;
  const OF_USER = `draft ${user} `;
  const SENT = `sent ${user} `;
  const TAKEN = "winback_taken";
  const TYPED = "textarea, input:not([type]), input[type=text], input[type=email], input[type=url], input[type=tel], " +
    "input[type=number], input[type=date], input[type=time], input[type=datetime-local]";
  const UNKEPT = new Set(["off", "one-time-code"]);
  const sentTo = (form) => new URL(form.getAttribute("action") || location.pathname, location.href).pathname;
  const fieldsOf = (form) => [...form.elements].filter((field) =>
    field.matches(TYPED) && field.name && !field.readOnly && !UNKEPT.has(field.autocomplete));
  const keyOf = (field) => `${OF_USER}${sentTo(field.form)} ${field.id || field.name}`;
  const read = (key) => {
    try { return JSON.parse(sessionStorage.getItem(key)); } catch { return null; }
  };
  const write = (key, draft) => {
    try { sessionStorage.setItem(key, JSON.stringify(draft)); } catch { /* full, or not allowed: as without a script */ }
  };
  const drafts = () => Object.keys(sessionStorage).filter((key) => key.startsWith(OF_USER));

  // What stands in the controls of a form that are not as its page drew them.
  const isChanged = (field) =>
    field.options ? [...field.options].some((option) => option.selected !== option.defaultSelected)
      : ["checkbox", "radio"].includes(field.type) ? field.checked !== field.defaultChecked
        : field.value !== field.defaultValue;
  const contentOf = (form) => [...form.elements]
    .filter((field) => field.name && field.matches("input:not([type=hidden], [type=password]), textarea, select"))
    .filter(isChanged).map((field) => `${field.name} ${field.checked ?? ""} ${field.value}`);

  // What was taken is no draft any more; what the form held is remembered, for a browser that fills it in again.
  const settle = () => {
    const cookie = document.cookie.split("; ").find((part) => part.startsWith(`${TAKEN}=`));
    if (!cookie) return;
    const paths = cookie.slice(TAKEN.length + 1).replaceAll('"', "").split("!");
    const mine = paths.filter((path) => read(`${SENT}${path}`));
    for (const path of mine) {
      write(`${SENT}${path}`, { ...read(`${SENT}${path}`), taken: true });
      for (const key of drafts()) {
        if (key.startsWith(`${OF_USER}${path} `) && read(key)?.sent) sessionStorage.removeItem(key);
      }
    }
    const others = paths.filter((path) => !mine.includes(path));
    document.cookie = `${TAKEN}="${others.join("!")}"; Max-Age=${others.length ? 60 : 0}; Path=/; SameSite=Lax`;
  };

  const show = (form) => {
    if (form.querySelector(":scope > .draft")) return;
    const line = document.getElementById("draft-line").content.firstElementChild.cloneNode(true);
    line.querySelector("button").addEventListener("click", () => {
      for (const field of fieldsOf(form)) {
        field.value = field.defaultValue;
        sessionStorage.removeItem(keyOf(field));
      }
      line.remove();
    });
    form.prepend(line);
  };

  const restore = (form) => {
    const sent = read(`${SENT}${sentTo(form)}`);
    // After "back" the browser fills in again what was taken.
    if (sent?.taken && contentOf(form).every((text) => sent.content.includes(text))) form.reset();
    for (const field of fieldsOf(form)) {
      const draft = read(keyOf(field));
      if (!draft || field.value !== field.defaultValue || draft.value === field.value) continue;
      if (!["", draft.base].includes(field.defaultValue)) continue; // into nothing, or over what it was typed over
      field.value = draft.value;
      show(form);
    }
  };

  const known = new WeakSet();
  document.addEventListener("input", ({ target: field }) => { // also of fields that were added since
    if (!field.form || !known.has(field.form) || !fieldsOf(field.form).includes(field)) return;
    const key = keyOf(field);
    if (field.value === field.defaultValue) sessionStorage.removeItem(key);
    else write(key, { base: field.defaultValue, value: field.value });
  });
  const keep = (form) => {
    form.addEventListener("submit", (event) => {
      if (event.defaultPrevented) return;
      write(`${SENT}${sentTo(form)}`, { content: contentOf(form) });
      for (const field of fieldsOf(form)) {
        const draft = read(keyOf(field));
        if (draft) write(keyOf(field), { ...draft, sent: true });
      }
    });
  };
  // The forms of the page that it has not kept yet; of a page that is drawn anew in part, the new ones.
  const begin = () => {
    const forms = [...document.forms].filter((form) => form.method === "post" && sentTo(form) !== "/logout/");
    const fresh = forms.filter((form) => !known.has(form));
    for (const form of fresh) {
      known.add(form);
      keep(form);
    }
    return fresh;
  };
  const fresh = begin();
  // Who signs out leaves nothing behind.
  document.querySelector('form[action="/logout/"]')?.addEventListener("submit", () => {
    Object.keys(sessionStorage).forEach((key) => sessionStorage.removeItem(key));
  });
  window.addEventListener("pageshow", (event) => {
    settle();
    if (!event.persisted) fresh.forEach(restore); // a page that was kept whole is as it was
  });
  document.addEventListener("renewed", () => {
    settle();
    begin().forEach(restore);
  });
})();
