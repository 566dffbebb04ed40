/* A queue of decisions by keyboard: j and k move, the other keys press the button of the name that has the focus
   (data-key). Without this file the same buttons are pressed by hand. */
(() => {
  const items = () => [...document.querySelectorAll("[data-queue-item]")];
  const go = (item) => { item.focus(); item.scrollIntoView({ block: "nearest" }); };

  document.querySelectorAll("[data-queue-keys]").forEach((part) => { part.hidden = false; });
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest("input, textarea, select")) return;
    const here = document.activeElement.closest("[data-queue-item]");
    const all = items();
    if (event.key === "j" || event.key === "k") {
      const step = event.key === "j" ? 1 : -1;
      const next = here ? all[all.indexOf(here) + step] : all[0];
      if (next) { event.preventDefault(); go(next); }
      return;
    }
    const button = here?.querySelector(`[data-key="${CSS.escape(event.key)}"]`);
    if (!button) return;
    event.preventDefault();
    button.click();
  });
})();
