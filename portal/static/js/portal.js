/* Supplier Commons: small progressive enhancements. Every page works without this file.
   Texts come from the page (data attributes), in the reader's language. Listeners sit on the document, so that what
   htmx swaps in works at once; set-up that needs the elements themselves runs in `prepare`. */
(() => {
  const $ = (selector, scope = document) => scope.querySelector(selector);
  const $$ = (selector, scope = document) => [...scope.querySelectorAll(selector)];
  const page = document.documentElement;
  const on = (type, listener) => document.addEventListener(type, listener);
  const announce = (text) => { $("#live").textContent = text; };

  // Light and dark without a reload; the server keeps the choice in a cookie. Back to what the device says is "auto".
  const deviceIsDark = () => matchMedia("(prefers-color-scheme: dark)").matches;
  on("submit", (event) => {
    const form = event.target.closest("[data-scheme-form]");
    if (!form) return;
    event.preventDefault();
    const isDark = page.dataset.colorScheme === "dark" || (page.dataset.colorScheme === "auto" && deviceIsDark());
    const scheme = isDark === deviceIsDark() ? (isDark ? "light" : "dark") : "auto";
    page.dataset.colorScheme = scheme;
    const body = new FormData(form);
    body.set("scheme", scheme);
    fetch(form.action, { method: "POST", body, redirect: "manual" });
  });

  // Menus close on Escape, on a click elsewhere and when the focus leaves them.
  const closeMenus = (except) =>
    $$("details.menu[open]").forEach((menu) => { if (menu !== except) menu.removeAttribute("open"); });
  on("click", (event) => closeMenus(event.target.closest("details.menu")));
  on("focusout", (event) => {
    const menu = event.target.closest("details.menu[open]");
    if (menu && event.relatedTarget && !menu.contains(event.relatedTarget)) menu.removeAttribute("open");
  });
  on("keydown", (event) => {
    const open = event.key === "Escape" && $("details.menu[open]");
    if (!open) return;
    open.removeAttribute("open");
    $("summary", open).focus();
  });

  // The navigation and the filters that fold on phones: links to them without this file, buttons with it.
  const opened = (link) => document.getElementById(link.dataset.opens || link.getAttribute("aria-controls"));
  const fold = (link) => {
    const part = opened(link);
    link.setAttribute("aria-expanded", String(part.toggleAttribute("data-open")));
  };
  on("click", (event) => {
    const link = event.target.closest("[data-opens]");
    if (!link) return;
    event.preventDefault();
    fold(link);
  });
  on("keydown", (event) => {
    if (event.key !== " " || !event.target.matches("[data-opens]")) return;
    event.preventDefault();
    fold(event.target);
  });

  // Say in plain words who will see it.
  const joined = (names, pattern) =>
    names.length < 2 ? names.join("") : pattern.replace("{names}", names.slice(0, -1).join(", ")).replace("{last}", names.at(-1));
  const sayWhoSees = (control) => {
    const said = control.dataset;
    const chosen = $("input[type=radio]:checked", control)?.value;
    const named = $$("[data-authority]:checked", control).map((box) => box.dataset.authority);
    $$("[data-named]", control).forEach((part) => { part.hidden = chosen !== "named"; });
    document.getElementById(said.visibility).textContent =
      chosen === "members" ? said.members
      : chosen !== "named" ? said.owner
      : named.length ? said.named.replace("{names}", joined([said.us, ...named], said.and))
      : said.none;
  };
  on("change", (event) => {
    const control = event.target.closest("[data-visibility]");
    if (control) sayWhoSees(control);
  });

  // "/" goes to the look-up.
  on("keydown", (event) => {
    if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey || event.target.closest("input, textarea, select")) return;
    const search = $("[data-main-search]");
    if (!search?.offsetParent) return;
    event.preventDefault();
    search.focus();
  });

  // Suggestions under the look-up (a combobox over the list that the server sends): arrows choose, Enter opens, Escape closes.
  const combobox = (form) => {
    const input = $("input[type=search]", form);
    const box = $(".suggestions", form);
    const options = () => $$("[role=option]", box);
    let active = -1;
    let dismissed = false;
    const mark = (index) => {
      active = index;
      options().forEach((option, position) => option.setAttribute("aria-selected", String(position === active)));
      const chosen = options()[active];
      if (!chosen) return input.removeAttribute("aria-activedescendant");
      input.setAttribute("aria-activedescendant", chosen.id);
      chosen.scrollIntoView({ block: "nearest" });
    };
    const close = () => {
      box.replaceChildren();
      input.setAttribute("aria-expanded", "false");
      mark(-1);
    };
    Object.entries({ role: "combobox", "aria-autocomplete": "list", "aria-controls": box.id, "aria-expanded": "false" })
      .forEach(([name, value]) => input.setAttribute(name, value));
    input.addEventListener("input", () => { dismissed = false; if (!input.value.trim()) close(); });
    box.addEventListener("htmx:afterSwap", () => {
      if (dismissed || !form.contains(document.activeElement)) return close();
      const count = options().length;
      const plural = new Intl.PluralRules(page.lang).select(count);
      input.setAttribute("aria-expanded", String(count > 0));
      mark(-1);
      announce(count === 0 ? form.dataset.foundNone : plural === "one" ? form.dataset.foundOne : form.dataset.foundOther.replace("{count}", count));
    });
    input.addEventListener("keydown", (event) => {
      const count = options().length;
      if (event.key === "Escape" && count) {
        event.preventDefault();
        dismissed = true;
        close();
      } else if (count && (event.key === "ArrowDown" || event.key === "ArrowUp")) {
        event.preventDefault();
        const step = event.key === "ArrowDown" ? 1 : -1;
        mark(active < 0 ? (step > 0 ? 0 : count - 1) : (active + step + count) % count);
      } else if (event.key === "Enter" && active >= 0) {
        event.preventDefault();
        options()[active].click();
      }
    });
    box.addEventListener("mousedown", (event) => event.preventDefault()); // the field keeps the focus until the click
    form.addEventListener("focusout", (event) => { if (!form.contains(event.relatedTarget)) { dismissed = true; close(); } });
  };

  // A form is sent once: a second press while it is under way does nothing.
  const rest = (form) => {
    form.removeAttribute("aria-busy");
    $$("[aria-busy]", form).forEach((button) => button.removeAttribute("aria-busy"));
  };
  on("submit", (event) => {
    const form = event.target;
    if (event.defaultPrevented || form.method !== "post" || form.hasAttribute("hx-post")) return;
    if (form.hasAttribute("aria-busy")) return event.preventDefault();
    form.setAttribute("aria-busy", "true");
    event.submitter?.setAttribute("aria-busy", "true");
    setTimeout(() => rest(form), 10000); // an answer that is a download leaves the page standing
  });
  addEventListener("pageshow", () => $$("form[aria-busy]").forEach(rest));

  // What htmx could not do is said; a session that ended leads to the sign-in page.
  const complain = (kind) => { const box = $("#request-error"); box.textContent = box.dataset[kind]; };
  on("htmx:responseError", (event) => { if (event.detail.xhr.status === 401) location.reload(); else complain("failed"); });
  on("htmx:sendError", () => complain("offline"));
  on("htmx:beforeRequest", () => { $("#request-error").textContent = ""; });
  on("htmx:beforeSwap", (event) => {
    const address = event.detail.xhr.responseURL;
    if (!address || new URL(address).pathname !== document.body.dataset.signIn) return;
    event.detail.shouldSwap = false;
    location.reload();
  });

  // Mark the section in view.
  const watchSections = (nav) => {
    const links = $$("a[href^='#']", nav);
    const mark = (hash) => links.forEach((link) => {
      if (link.hash === hash) link.setAttribute("aria-current", "true");
      else link.removeAttribute("aria-current");
    });
    // At the end of the page the last sections cannot reach the top: then the one that was asked for counts.
    const askedFor = () =>
      innerHeight + scrollY >= document.documentElement.scrollHeight - 2 && links.find((link) => link.hash === location.hash);
    const observer = new IntersectionObserver(
      (entries) =>
        entries.filter((entry) => entry.isIntersecting).forEach((entry) => mark(askedFor()?.hash ?? `#${entry.target.id}`)),
      { rootMargin: "-20% 0px -70% 0px" },
    );
    links.forEach((link) => { const section = $(link.hash); if (section) observer.observe(section); });
    addEventListener("hashchange", () => { const link = askedFor(); if (link) mark(link.hash); });
  };

  // Tables that stack on small screens lose their native roles: give them back.
  const giveRoles = (table) => {
    table.setAttribute("role", "table");
    $$("thead, tbody, tfoot", table).forEach((part) => part.setAttribute("role", "rowgroup"));
    $$("tr", table).forEach((row) => row.setAttribute("role", "row"));
    $$("td", table).forEach((cell) => cell.setAttribute("role", "cell"));
    $$("th", table).forEach((cell) => cell.setAttribute("role", cell.scope === "row" ? "rowheader" : "columnheader"));
  };

  // Copying a text: the button is hidden where no script runs, and the text can be selected there.
  on("click", async (event) => {
    const button = event.target.closest("[data-copy]");
    if (!button) return;
    const field = $(button.dataset.copy);
    field.select();
    try {
      await navigator.clipboard.writeText(field.value);
    } catch {
      return; // not permitted: the text stays selected, to be copied by hand
    }
    announce(button.dataset.done);
    $("span", button).textContent = button.dataset.done;
  });

  const prepare = (scope) => {
    const all = (selector) => [...(scope.matches?.(selector) ? [scope] : []), ...$$(selector, scope)];
    all("[data-opens]").forEach((link) => {
      link.setAttribute("role", "button");
      link.setAttribute("aria-controls", opened(link).id);
      link.setAttribute("aria-expanded", String(opened(link).hasAttribute("data-open")));
    });
    all("[data-visibility]").forEach(sayWhoSees);
    all("table[data-stack]").forEach(giveRoles);
    all("[data-suggest]").forEach(combobox);
    all(".subnav").forEach(watchSections);
    all("[data-copy]").forEach((button) => { button.hidden = !navigator.clipboard; });
    all("[data-focus]").forEach((part) => part.focus());
  };
  prepare(document);
  on("htmx:load", (event) => {
    if (event.detail.elt === document.body) return; // the page itself, prepared above
    prepare(event.detail.elt);
    const news = event.detail.elt.matches("[data-announce]") ? event.detail.elt : $("[data-announce]", event.detail.elt);
    if (news) announce(news.textContent);
  });
})();
