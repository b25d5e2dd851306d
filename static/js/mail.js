// The seconds in which a mail can be taken back, counted down; then its button is gone.
"use strict";

(() => {
  const begin = () => {
    for (const bar of document.querySelectorAll("[data-leaves]")) {
      let left = Number(bar.dataset.leaves);
      bar.removeAttribute("data-leaves");
      const words = bar.querySelector("[data-words]");
      const timer = setInterval(() => {
        left -= 1;
        if (left > 0) {
          words.textContent = words.textContent.replace(/\d+/, left);
          return;
        }
        clearInterval(timer);
        words.textContent = bar.dataset.left;
        bar.querySelector("form").remove();
      }, 1000);
    }
  };
  begin();
  document.addEventListener("renewed", begin);
})();
