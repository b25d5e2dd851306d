// A ticket's page without reloads: what is sent from it is sent here, and of the answer each part takes the old one's place,
// but for a form that is open, with what is typed into it. Without this script, or when it fails, the browser does it all.
"use strict";

(() => {
  const BY_SCRIPT = { Accept: "text/html", "X-Requested-With": "fetch" };
  const LIVE_MS = 8000; // as long what was done stays in sight
  const main = () => document.getElementById("main");
  if (!main()) return;

  const isOpen = (panel) => panel.matches(":target, .is-open");
  const openPanel = (besides) => [...main().querySelectorAll(".panel")].find((panel) => panel !== besides && isOpen(panel));

  // An open form keeps its fields, and learns which page it now belongs to.
  const follow = (kept, fresh) => {
    for (const field of fresh.querySelectorAll("input[type=hidden]")) {
      const own = kept.querySelector(`input[type=hidden][name="${CSS.escape(field.name)}"]`);
      if (own) own.value = field.value;
    }
    const steps = [kept, fresh].map((panel) => panel.querySelector("[data-open-steps]"));
    if (steps[0]) steps[1] ? steps[0].replaceWith(steps[1]) : steps[0].remove();
  };

  // All of `old` becomes `fresh`, but for `kept` in it.
  const renew = (old, fresh, kept) => {
    if (old === kept) {
      follow(old, fresh);
      return;
    }
    const way = kept && [...old.children].find((child) => child.contains(kept));
    const its = way && [...fresh.children].find((child) => child.tagName === way.tagName &&
      (way.id ? child.id === way.id : child.className === way.className));
    if (!its) {
      old.replaceChildren(...fresh.childNodes);
      return;
    }
    const nodes = [...fresh.childNodes];
    const at = nodes.indexOf(its);
    for (const node of [...old.childNodes]) if (node !== way) node.remove();
    way.before(...nodes.slice(0, at));
    way.after(...nodes.slice(at + 1));
    renew(way, its, kept);
  };

  // How to find an element again in the page that comes.
  const wayTo = (found) => {
    if (found?.name === "step") return `button[name=step][value="${CSS.escape(found.value)}"]`;
    return found?.id && found.id !== "main" ? `#${CSS.escape(found.id)}` : "";
  };
  const opened = (root) => [...root.querySelectorAll("details")].filter((found) => !found.closest(".menu"))
    .map((found) => [found, `${found.closest("form")?.querySelector("[name=step]")?.value} ${found.firstElementChild.textContent.trim()}`]);

  const tellAndShow = () => {
    const said = main().querySelector(".messages");
    if (!said) return;
    setTimeout(() => said.append(...said.childNodes), 100); // a screen reader tells what comes into a part that is there
    said.classList.add("is-live");
    setTimeout(() => said.classList.remove("is-live"), LIVE_MS);
  };

  const focusAfter = (sent, way, panel) => {
    const next = main().querySelector(".leads-on [autofocus]");
    const wrong = main().querySelector(".panel.is-open, details[open] [aria-invalid=true]");
    const again = way && main().querySelector(way);
    if (next) {
      scrollTo(0, 0);
      next.focus();
    } else if (wrong) {
      const first = ["[aria-invalid=true]", "input:not([type=hidden]), select, textarea"].map((what) => wrong.querySelector(what));
      (first.find(Boolean) || wrong).focus();
    } else if (again) {
      again.focus({ preventScroll: true });
    } else if (panel) {
      const opener = document.querySelector(`.actions a[href="#${panel}"]`);
      const target = opener?.getClientRects().length ? opener : opener?.closest("details")?.querySelector("summary");
      (target || main()).focus({ preventScroll: true });
    } else if (document.activeElement === document.body) {
      main().focus({ preventScroll: true });
    }
  };

  const take = async (form, submitter) => {
    const body = hasFiles(form) ? new FormData(form) : new URLSearchParams(new FormData(form));
    if (submitter?.name) body.append(submitter.name, submitter.value);
    const chosen = [...form.querySelectorAll("input[type=file]")].filter((field) => field.files.length);
    const answer = await fetch(submitter?.hasAttribute("formaction") ? submitter.formAction : form.action, { method: "POST", body, headers: BY_SCRIPT });
    if (answer.headers.has("X-Leads-To")) {
      location.assign(answer.headers.get("X-Leads-To"));
      return;
    }
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const fresh = page.getElementById("main");
    if (![200, 409, 422].includes(answer.status) || !fresh) throw new Error(String(answer.status));
    if (new URL(answer.url).pathname !== location.pathname && answer.redirected) {
      location.assign(answer.url);
      return;
    }
    const panel = form.closest(".panel");
    const way = wayTo(submitter) || wayTo(document.activeElement);
    const before = way ? main().querySelector(way)?.getBoundingClientRect().top : undefined;
    const [x, y] = [scrollX, scrollY];
    const kept = openPanel(panel);
    const shown = opened(main()).filter(([found]) => found.open).map(([, name]) => name);
    const url = answer.redirected ? answer.url : location.href;
    history.replaceState(history.state, "", kept ? `${url.split("#")[0]}${location.hash}` : url.split("#")[0]);
    document.title = page.title;
    renew(main(), document.adoptNode(fresh), kept);
    if (answer.status !== 200) { // refused: files that were chosen stay chosen, which no server can do
      for (const field of chosen) document.getElementById(field.id)?.replaceWith(field);
    }
    if (answer.status === 200) {
      for (const [found, name] of opened(main())) if (shown.includes(name)) found.open = true;
    }
    document.dispatchEvent(new Event("renewed"));
    const now = way ? main().querySelector(way)?.getBoundingClientRect().top : undefined;
    scrollTo(x, before !== undefined && now !== undefined ? scrollY + now - before : y);
    focusAfter(answer, way, panel?.id);
    tellAndShow();
  };

  let typedIn = null; // the field of a form that had the focus last: the link below takes it
  document.addEventListener("focusin", ({ target }) => {
    if (target.matches(".panel :is(input, select, textarea)")) typedIn = target;
  });

  // What others did meanwhile is drawn when the reader asks for it. False where the form that they have open is gone.
  const takeNews = async (link) => {
    const answer = await fetch(link.href, { headers: BY_SCRIPT });
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const [fresh, kept] = [page.getElementById("main"), openPanel()];
    if (!answer.ok || answer.redirected || !fresh || (kept && !page.getElementById(kept.id))) return false;
    const before = kept?.getBoundingClientRect().top;
    const shown = opened(main()).filter(([found]) => found.open).map(([, name]) => name);
    document.title = page.title;
    renew(main(), document.adoptNode(fresh), kept);
    for (const [found, name] of opened(main())) if (shown.includes(name)) found.open = true;
    document.dispatchEvent(new Event("renewed"));
    if (kept) scrollTo(scrollX, scrollY + kept.getBoundingClientRect().top - before);
    (kept?.contains(typedIn) ? typedIn : main()).focus({ preventScroll: true });
    return true;
  };
  document.addEventListener("click", (event) => {
    const link = event.target.closest("[data-changed] a");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    takeNews(link).catch(() => false).then((isDrawn) => { if (!isDrawn) location.assign(link.href); });
  });

  // Undo of what was done elsewhere leads back there: the browser goes, else what is said there would be read here and lost.
  // A form with files says to which page it leads: what is said there would be read here and lost, were it another one.
  const hasFiles = (form) => form.enctype.startsWith("multipart");
  const isOfThisPage = (form) => form.dataset.back ? new URL(form.dataset.back, location.href).pathname === location.pathname
    : new URL(form.action).pathname.startsWith(location.pathname);

  document.addEventListener("submit", (event) => {
    const { target: form, submitter } = event;
    if (event.defaultPrevented || form.dataset.whole || form.method !== "post" || !main().contains(form) || !isOfThisPage(form)) return;
    if (submitter?.formTarget === "_blank" || (hasFiles(form) && form.dataset.leadsTo !== location.pathname)) return;
    event.preventDefault();
    main().setAttribute("aria-busy", "true");
    take(form, submitter).catch(() => {
      form.dataset.whole = "1"; // the browser's way; what was done already is done once (its submission)
      delete form.dataset.sent;
      form.requestSubmit(submitter);
    }).finally(() => {
      main().removeAttribute("aria-busy");
      delete form.dataset.sent;
    });
  });
})();
