/* Logging a dialogue: a member that took part is proposed as audience, once. The server does the same without this file. */
document.addEventListener("change", (event) => {
  const side = event.target.closest("select[name^='participants-']");
  const box = side && document.querySelector(`input[name="named_ids"][value="${CSS.escape(side.value)}"]`);
  if (!box) return;
  const proposed = document.querySelector("[data-proposed]");
  const known = proposed.value.split(" ").filter(Boolean);
  if (known.includes(side.value)) return;
  proposed.value = [...known, side.value].join(" ");
  box.checked = true;
  box.dispatchEvent(new Event("change", { bubbles: true }));
});
