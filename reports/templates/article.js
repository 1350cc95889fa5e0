// One article: all its fields, its text with the findings in place, where it comes from, what a fix would change.

const dialog = /** @type {HTMLDialogElement} */ (document.getElementById("article"));

/** Shows an article beside the page; the neighbours are those of the list that it was opened from. @param {any} article */
function showArticle(article, list, go) {
  const place = list.indexOf(article);
  const was = dialog.contains(document.activeElement) ? document.activeElement.getAttribute("data-step") : null;
  const step = (by, key) => el("button", { type: "button", "data-step": by, disabled: !list[place + by], onclick: () => go(list[place + by]) }, t(key));
  const copy = el("button", { type: "button", onclick: () => copyId(article, copy) }, t("script.copy"));
  dialog.replaceChildren(
    el("div", { class: "tools" },
      el("span", { class: "place" }, place < 0 ? "" : t("script.place", { n: place + 1, of: list.length })),
      step(-1, "script.previous"), step(1, "script.next"),
      el("button", { type: "button", onclick: () => dialog.close(), autofocus: true }, t("script.close"))),
    el("div", { class: "inside" },
      el("h2", { id: "article-h" }, article.title ? own(article.title) : t("script.untitled")),
      el("p", { class: "id" }, badge(article.verdict), el("span", { class: "mono" }, own(article.id)), copy),
      el("p", { class: "soft small" }, own(article.source), " · ", own(article.place[0]),
        article.place[1] ? `, ${t(`script.${article.place[1]}`, { line: article.place[2] })}` : "",
        ` · ${t("script.record", { n: article.record })}`, article.url ? [el("br"), address(article)] : null),
      section("script.findings", el("ol", { class: "findings" },
        article.findings.map((finding, index) => findingItem(finding, `finding-${index + 1}`)),
        article.more ? el("li", { class: "soft" }, t("script.further", { n: article.more })) : null)),
      section("script.text", ...textOf(article)),
      section("script.fix", ...fixes(article)),
      section("script.chain", ...chain(article)),
      section("script.fields", table(article.fields),
        article.html ? el("p", { class: "soft small" }, "html: ", t("script.html", { n: article.html })) : null),
      article.extra?.length ? section("script.further.fields", table(article.extra)) : null,
      article.origin.length ? section("script.origin", table(article.origin)) : null));
  if (!dialog.open) dialog.showModal();
  // the button that was pressed is another one now; it keeps the focus, so that it can be pressed again
  else (dialog.querySelector(`[data-step="${was}"]:enabled`) ?? dialog.querySelector("[autofocus]")).focus();
  dialog.scrollTop = 0;
}

/** @param {string} title @param {...any} children */
function section(title, ...children) {
  return el("section", {}, el("h3", {}, t(title)), ...children);
}

/** @param {[string, string][]} rows */
function table(rows) {
  return el("div", { class: "scroll" }, el("table", { class: "fields" }, el("tbody", {},
    rows.map(([name, text]) => el("tr", {}, el("th", { scope: "row" }, shown(name)), own(text, "td"))))));
}

/** @param {any} article @param {HTMLElement} button */
function copyId(article, button) {
  const done = () => { button.textContent = t("script.copied"); };
  const select = () => getSelection().selectAllChildren(button.previousElementSibling);
  if (navigator.clipboard) navigator.clipboard.writeText(article.id).then(done, select);
  else select();
}

/** The body, cut around its findings, each marked and numbered. @param {any} article */
function textOf(article) {
  if (!article.body) return [el("p", { class: "soft" }, t("script.text.none"))];
  if (!article.length) return [el("p", { class: "soft" }, t("script.text.empty"))];
  const spans = article.findings
    .map((finding, index) => ({ ...finding, index: index + 1 }))
    .filter((finding) => finding.field === "body" && finding.start !== undefined);
  const nodes = [];
  let at = 0;
  for (const [start, text] of article.body) {
    if (start > at) nodes.push(gap(start - at));
    const points = Array.from(text); // spans count code points
    nodes.push(...marked(points, start, spans));
    at = start + points.length;
  }
  if (at < article.length) nodes.push(gap(article.length - at));
  return [el("div", { class: "body", dir: "auto" }, nodes)];
}

/** @param {number} length */
function gap(length) {
  return el("span", { class: "gap" }, `… ${t("script.text.cut", { n: length })} …`);
}

/** Characters beside a repair that the run keeps (copydesk.engines.examples). */
const BESIDE = 60;

const RANK = ["error", "warning", "info"];

/** A piece of text that starts at ``offset``; where findings overlap the worst one gives the colour. */
function marked(points, offset, spans) {
  const end = offset + points.length;
  const here = spans.filter((span) => span.start < end && span.end > offset);
  const borders = new Set([offset, end]);
  for (const span of here) for (const border of [span.start, span.end]) if (border > offset && border < end) borders.add(border);
  const cuts = [...borders].sort((a, b) => a - b);
  return cuts.slice(1).flatMap((to, index) => {
    const from = cuts[index];
    const text = shown(points.slice(from - offset, to - offset).join(""));
    const over = here.filter((span) => span.start < to && span.end > from);
    if (!over.length) return text;
    const worst = RANK.find((severity) => over.some((span) => span.severity === severity));
    const last = over.filter((span) => span.end === to);
    return [el("mark", { class: worst, title: over.map((span) => span.rule).join(", ") }, text,
      last.map((span) => el("a", { href: `#finding-${span.index}`, "aria-label": span.rule }, String(span.index))))];
  });
}

/** What repairs would change, as differences. @param {any} article */
function fixes(article) {
  if (!article.fixes?.length) return [el("p", { class: "soft" }, t("script.fix.none"))];
  return article.fixes.map((fix) => el("div", { class: "diff" },
    el("span", { class: "where" }, el("code", {}, t(fix.safe ? "script.fix.safe" : "script.fix.unsafe")), ` · ${fix.rule} · ${fix.field}`),
    el("div", { dir: "auto" },
      el("span", { class: "soft" }, shown((fix.start > Array.from(fix.left).length ? "…" : "") + fix.left)),
      fix.before ? el("del", {}, shown(fix.before)) : null,
      fix.after ? el("ins", {}, shown(fix.after)) : null,
      el("span", { class: "soft" }, shown(fix.right + (Array.from(fix.right).length < BESIDE ? "" : "…"))))));
}

/** From the agency to the record, with what supports each link. @param {any} article */
function chain(article) {
  const level = article.provenance ? t("script.chain.level", { level: article.provenance }) : t("script.chain.nothing");
  return [el("p", { class: "soft small" }, level), el("ol", { class: "chain" }, article.chain.map((link) =>
    el("li", { class: link.name ? null : "none" },
      el("span", { class: "role" }, t(`chain.${link.role}`)),
      el("b", {}, link.name ? own(link.name) : t("script.unknown")),
      link.detail ? el("div", { class: "small soft" }, own(link.detail)) : null,
      link.support.length ? el("ul", { lang: "en" }, link.support.map((said) =>
        el("li", {}, el("span", { class: `says-${said.verdict}` }, `${said.level}: ${said.verdict}`), " – ", own(said.words)))) : null)))];
}
