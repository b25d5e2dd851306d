// The wallboard asks for itself again and again. While nothing answers, the last figures stay, and it says since when.

const body = document.body;
const line = document.querySelector(".wall-lost");
const PATIENCE_MS = 20000; // how long one look may take
const every = Number(body.dataset.every) * 1000;
let lostAt = null;
let timer = 0;

const clock = (at) => at.toLocaleTimeString(document.documentElement.lang, { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
const sheets = (page) => [...page.querySelectorAll("link[rel=stylesheet]")].map((link) => link.getAttribute("href")).join();

function say(words) {
  line.textContent = words;
  line.hidden = !words;
}

function lose() {
  lostAt = lostAt || new Date();
  const shown = document.querySelector(".wall-head time");
  if (shown) {
    say(body.dataset.lost.replace("[since]", clock(lostAt)).replace("[time]", shown.textContent));
  }
}

// What was taken back shows no figures any more; a sign-in that is there again brings them back.
function end() {
  document.querySelector("main").replaceChildren();
  say(body.dataset.ended);
}

async function look() {
  clearTimeout(timer);
  try {
    const answer = await fetch(location.href, {
      cache: "no-store",
      redirect: "manual",
      signal: AbortSignal.timeout(PATIENCE_MS),
    });
    if (answer.type === "opaqueredirect" || answer.status === 404 || answer.status === 410) {
      end();
    } else if (answer.ok) {
      show(new DOMParser().parseFromString(await answer.text(), "text/html"));
    } else {
      lose();
    }
  } catch {
    lose();
  }
  clearTimeout(timer);
  timer = setTimeout(look, every);
}

function show(page) {
  const fresh = page.querySelector("main.wall");
  if (!fresh) {
    lose();
  } else if (sheets(page) !== sheets(document)) {
    location.reload(); // a new release: its look and its script, too
  } else {
    document.querySelector("main").replaceWith(document.adoptNode(fresh));
    lostAt = null;
    say("");
  }
}

timer = setTimeout(look, every);
addEventListener("online", look);
