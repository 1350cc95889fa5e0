// The page comes alive: what the address says is shown, and what is done is written into the address.

const THEMES = ["auto", "light", "dark"];
const theme = document.getElementById("theme");
function setTheme(name) {
  if (name === "auto") delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = name;
  theme.textContent = t(`script.theme.${name}`);
}
theme.addEventListener("click", () => {
  const now = document.documentElement.dataset.theme ?? "auto";
  setTheme(THEMES[(THEMES.indexOf(now) + 1) % THEMES.length]);
});
setTheme("auto");
theme.hidden = false;

/** @type {string | undefined} */
let listed;

/** Shows what the address asks for. @param {boolean} follow whether to go where the list is @param {Record<string, any>} wanted */
function show(follow, wanted = state()) {
  const { article, ...filters } = wanted;
  const key = hash(filters);
  if (key !== listed) {
    if (listed !== undefined) limit = STEP;
    for (const control of form.elements) if (control.name) control.value = filters[control.name] ?? "";
    list(filters);
    if (follow && key !== "#?" && !article) {
      const place = document.getElementById("articles");
      place.scrollIntoView();
      place.focus({ preventScroll: true }); // the next tab leads into the list, not back to where it was filtered
    }
    listed = key;
  }
  const open = article === undefined ? undefined : articles.find((entry) => String(entry.record) === article);
  const go = (entry) => { location.hash = hash({ ...filters, article: entry.record }); };
  if (open) showArticle(open, matches.map((match) => match.article), go);
  else {
    if (dialog.open) dialog.close();
    if (article !== undefined) document.getElementById("status").textContent = t("script.gone", { record: article });
  }
}

/** Writes the state without a step in the history. @param {Record<string, any>} wanted */
function replace(wanted) {
  try {
    history.replaceState(null, "", hash(wanted));
  } catch { /* browsers refuse when one types very fast; the next letter catches up */ }
  show(false, wanted);
}

if (articles.length) {
  fillForm();
  for (const link of document.querySelectorAll("a.filters-by")) {
    link.setAttribute("href", `#?${link.getAttribute("data-filter")}`);
    link.removeAttribute("hidden");
  }
  for (const link of document.querySelectorAll("a.opens")) link.setAttribute("href", hash({ article: link.getAttribute("data-article") }));
  form.addEventListener("input", () => replace(Object.fromEntries(new FormData(form))));
  form.addEventListener("submit", (event) => event.preventDefault());
  document.getElementById("reset").addEventListener("click", () => replace({}));
  document.getElementById("csv").addEventListener("click", () => save(csv(), "text/csv", "csv"));
  document.getElementById("json").addEventListener("click", () => save(json(), "application/json", "json"));
  more.addEventListener("click", () => {
    const first = limit;
    limit += STEP;
    list(Object.fromEntries(new FormData(form)));
    results.children[first]?.querySelector("a")?.focus();
  });
  dialog.addEventListener("close", () => {
    const { article, ...filters } = state();
    if (article !== undefined) history.pushState(null, "", hash(filters));
  });
  dialog.addEventListener("click", (event) => {
    const target = /** @type {Element} */ (event.target);
    const link = target.closest("a[href^='#']");
    if (target === dialog) dialog.close(); // beside it
    else if (link) {
      event.preventDefault(); // a place in this article stays in it; a rule's section is behind it
      const id = link.getAttribute("href").slice(1);
      if (!id.startsWith("finding-")) dialog.close();
      document.getElementById(id)?.scrollIntoView({ block: "center" });
      if (!id.startsWith("finding-")) location.hash = id;
    }
  });
  addEventListener("hashchange", () => { if (location.hash.startsWith("#?") || dialog.open) show(true); });
  document.getElementById("explorer").hidden = false;
  show(true);
}
