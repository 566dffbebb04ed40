/* What is being written outlives a lost connection, a reload and a session that ended. It is kept in this tab alone
   (sessionStorage): it goes when it is saved, thrown away, when somebody signs out or another person signs in, and with
   the tab. It comes back only when asked for; the form works without this file. */
(() => {
  const person = document.body.dataset.person;
  const PREFIX = "unsaved:";
  const own = `${PREFIX}${person}:`;
  const sentMark = "unsaved-sent";
  const form = () => document.querySelector("form[data-keep]");
  const key = own + location.pathname;
  const keys = () => Object.keys(sessionStorage).filter((name) => name.startsWith(PREFIX));
  const forget = (names) => names.forEach((name) => sessionStorage.removeItem(name));

  if (person) forget(keys().filter((name) => !name.startsWith(own)));

  // The page that follows a form that was sent tells whether it was saved. Any other page leaves the text in its place.
  const sent = sessionStorage.getItem(sentMark);
  sessionStorage.removeItem(sentMark);
  if (sent && document.querySelector(".messages [data-color=success]")) forget([sent]);

  const notice = document.querySelector("[data-unsaved]");
  let asking = Boolean(notice && person && sessionStorage.getItem(key));
  if (asking) notice.hidden = false;

  const keep = () => {
    const written = form();
    if (!written || !person || asking) return; // what was found is not written over before the person chose
    const values = [...new FormData(written)].filter(([name, value]) => name !== "csrf_token" && typeof value === "string");
    try {
      sessionStorage.setItem(key, JSON.stringify(values));
    } catch {
      // Full or forbidden: the form goes on without a copy.
    }
  };
  const changed = (event) => { if (event.target.closest("form[data-keep]")) keep(); };
  document.addEventListener("input", changed);
  document.addEventListener("change", changed);
  document.addEventListener("htmx:afterSettle", changed); // a row was added or taken out

  document.addEventListener("submit", (event) => {
    if (event.target.matches("form[data-keep]")) sessionStorage.setItem(sentMark, key);
    if (event.target.matches("[data-sign-out]")) forget(keys());
  });

  // The server shows the whole form again from what was written, its rows included.
  notice?.addEventListener("click", (event) => {
    const choice = event.target.closest("[data-unsaved-take], [data-unsaved-drop]");
    if (!choice) return;
    if (choice.matches("[data-unsaved-drop]")) {
      asking = false;
      forget([key]);
      notice.hidden = true;
      form().querySelector("input:not([type=hidden]), textarea").focus();
      return;
    }
    const again = document.createElement("form");
    again.method = "post";
    again.hidden = true;
    const token = form().querySelector("[name=csrf_token]").value;
    [...JSON.parse(sessionStorage.getItem(key)), ["csrf_token", token], ["resume", "1"]].forEach(([name, value]) => {
      const field = document.createElement("textarea"); // an input would lose the line breaks
      field.name = name;
      field.value = value;
      again.append(field);
    });
    document.body.append(again);
    again.submit();
  });
})();
