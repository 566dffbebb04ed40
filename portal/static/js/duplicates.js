/* The queue of possible duplicates by keyboard: j and k move, the other keys press what carries them (data-key).
   The page works without this file. The keys can be switched off, as they may be in the way of other tools. */
(() => {
  const legend = document.querySelector("[data-keys]");
  const rows = [...document.querySelectorAll("[data-pair]")];
  const announce = (text) => { document.getElementById("live").textContent = text; };
  const said = document.querySelector("[data-decided] p");
  if (said) announce(said.textContent);
  if (!legend) return;

  const used = legend.querySelector("input");
  legend.hidden = false;
  used.checked = localStorage.getItem("duplicates-keys") !== "off";
  used.addEventListener("change", () => localStorage.setItem("duplicates-keys", used.checked ? "on" : "off"));

  const place = () => rows.indexOf(document.activeElement.closest("[data-pair]"));
  const go = (index) => {
    const row = rows[Math.max(0, Math.min(index, rows.length - 1))];
    row.focus();
    row.scrollIntoView({ block: "nearest" });
    if (index < 0 || index >= rows.length) announce(row.parentElement.dataset[index < 0 ? "first" : "last"]);
  };

  // After a decision the page comes anew: the next pair stands where the decided one was.
  const remembered = sessionStorage.getItem("duplicates-place");
  sessionStorage.removeItem("duplicates-place");
  if (remembered !== null) go(Math.min(Number(remembered), rows.length - 1));

  document.addEventListener("keydown", (event) => {
    if (!used.checked || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.target.closest("input:not([type=checkbox]), textarea, select")) return;
    const key = event.key.toLowerCase();
    const at = place();
    if (key === "j" || key === "k") {
      event.preventDefault();
      return go(at < 0 ? 0 : key === "j" ? at + 1 : at - 1);
    }
    const control = rows[at]?.querySelector(`[data-key="${CSS.escape(key)}"]`);
    if (!control) return;
    event.preventDefault();
    if (key !== "s") sessionStorage.setItem("duplicates-place", key === "l" ? 0 : at);
    control.click();
  });
})();
