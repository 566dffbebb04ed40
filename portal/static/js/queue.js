/* A queue of decisions by keyboard: j and k move, the other keys press what carries them (data-key) in the item that
   has the focus. The page works without this file. The keys can be switched off, as they may be in the way of other
   tools. */
(() => {
  const legend = document.querySelector("[data-queue-keys]");
  const items = [...document.querySelectorAll("[data-queue-item]")];
  const announce = (text) => { if (text) document.getElementById("live").textContent = text; };
  announce(document.querySelector("[data-decided] p")?.textContent);
  if (!legend) return;

  const used = legend.querySelector("input");
  legend.hidden = false;
  used.checked = localStorage.getItem("queue-keys") !== "off";
  used.addEventListener("change", () => localStorage.setItem("queue-keys", used.checked ? "on" : "off"));

  const place = () => items.indexOf(document.activeElement.closest("[data-queue-item]"));
  const go = (index) => {
    const item = items[Math.max(0, Math.min(index, items.length - 1))];
    item.focus();
    item.scrollIntoView({ block: "nearest" });
    if (index < 0 || index >= items.length) announce(item.parentElement.dataset[index < 0 ? "first" : "last"]);
  };

  // After a decision the page comes anew: the next item stands where the decided one was.
  const kept = `queue-place:${location.pathname}`;
  const remembered = sessionStorage.getItem(kept);
  sessionStorage.removeItem(kept);
  if (remembered !== null) go(Math.min(Number(remembered), items.length - 1));

  document.addEventListener("keydown", (event) => {
    if (!used.checked || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.target.closest("input:not([type=checkbox]), textarea, select")) return;
    const key = event.key.toLowerCase();
    const at = place();
    if (key === "j" || key === "k") {
      event.preventDefault();
      return go(at < 0 ? 0 : key === "j" ? at + 1 : at - 1);
    }
    const control = items[at]?.querySelector(`[data-key="${CSS.escape(key)}"]`);
    if (!control) return;
    event.preventDefault();
    if (control.form) sessionStorage.setItem(kept, at);
    else if (control.pathname === location.pathname) sessionStorage.setItem(kept, 0);
    control.click();
  });
})();
