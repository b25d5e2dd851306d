// A score tapped in a mail is kept without Send, once, after a key, a pointer or a finger on this page. What a program
// does by itself (loading, waiting, made-up events) sends nothing.
(() => {
  const note = document.getElementById("noted")
  const form = note.closest("form")
  const acts = { keyup: "key", pointerup: "pointer", wheel: "pointer", touchend: "touch" }
  let act, done
  const send = () => {
    if (!act || done) return
    done = true
    const body = new URLSearchParams({ page: note.dataset.page, score: form.elements.score.value, act })
    fetch(note.dataset.to, { method: "POST", body, keepalive: true })
      .then((answer) => { if (answer.status === 204) note.textContent = note.dataset.words })
      .catch(() => {})
  }
  const seen = (event) => {
    if (act || !event.isTrusted) return
    act = acts[event.type]
    setTimeout(send, 1000)
  }
  Object.keys(acts).forEach((type) => addEventListener(type, seen, { capture: true, passive: true }))
  form.addEventListener("submit", () => { done = true })
  addEventListener("pagehide", send)
})()
