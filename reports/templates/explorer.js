// The list of articles with findings: searched, filtered and sorted by what the address says.

const STEP = 50;
const form = /** @type {HTMLFormElement} */ (document.querySelector("#explorer form"));
const results = document.getElementById("results");
const more = document.getElementById("more");
/** What is matched: articles, each with its matching findings. @type {{article: any, findings: any[]}[]} */
let matches = [];
let limit = STEP;

/** What a search looks through, made when it is first needed. @type {Map<any, string>} */
const haystacks = new Map();
function haystack(article) {
  if (!haystacks.has(article)) {
    const body = (article.body ?? []).map((piece) => piece[1]);
    const found = article.findings.flatMap((finding) => [finding.rule, finding.message, finding.evidence]);
    const texts = [article.id, article.source, article.url, ...article.fields.map((field) => field[1]), ...body, ...found];
    haystacks.set(article, texts.join("\n").normalize("NFC").toLowerCase());
  }
  return haystacks.get(article);
}

const SORTS = {
  worst: (a, b) => b.errors - a.errors || b.warnings - a.warnings || a.record - b.record,
  newest: (a, b) => b.date.localeCompare(a.date) || a.record - b.record,
  oldest: (a, b) => (a.date || "9").localeCompare(b.date || "9") || a.record - b.record,
  source: (a, b) => a.source.localeCompare(b.source) || a.record - b.record,
  title: (a, b) => a.title.localeCompare(b.title) || a.record - b.record,
  record: (a, b) => a.record - b.record,
};

/** The articles and findings that a state asks for. @param {Record<string, string>} wanted */
function find(wanted) {
  const words = (wanted.q ?? "").normalize("NFC").toLowerCase().split(/\s+/).filter(Boolean);
  const fits = (finding) =>
    (wanted.known === "all" || Boolean(finding.known) === (wanted.known === "known")) &&
    ["severity", "rule", "field"].every((name) => !wanted[name] || finding[name] === wanted[name]);
  const order = SORTS[wanted.sort] ?? SORTS.worst;
  return articles
    .filter((article) => ["source", "language"].every((name) => !wanted[name] || article[name] === wanted[name]))
    .map((article) => ({ article, findings: article.findings.filter(fits) }))
    .filter((match) => match.findings.length && words.every((word) => haystack(match.article).includes(word)))
    .sort((a, b) => order(a.article, b.article));
}

/** How many findings of the whole run a state asks for; null where the page cannot know. @param {Record<string, string>} wanted */
function inRun(wanted) {
  if (["q", "field", "language", "known"].some((name) => wanted[name])) return null;
  const rules = Object.entries(head.rules).filter(([slug, rule]) =>
    (!wanted.rule || slug === wanted.rule) && (!wanted.severity || rule.severity === wanted.severity));
  if (!wanted.source) return rules.reduce((sum, [, rule]) => sum + rule.findings, 0);
  const place = head.sources.indexOf(wanted.source);
  return rules.reduce((sum, [slug]) => sum + (head.cells[slug]?.[place] ?? 0), 0);
}

/** Shows what a state asks for. @param {Record<string, string>} wanted */
function list(wanted) {
  matches = find(wanted);
  const count = matches.reduce((sum, match) => sum + match.findings.length, 0);
  const whole = inRun(wanted);
  document.getElementById("status").textContent = [
    t("script.status", { n: matches.length, findings: count }),
    matches.length > limit ? t("script.status.shown", { shown: limit }) : "",
    whole !== null && whole !== count ? t("script.status.run", { count: whole }) : "",
  ].filter(Boolean).join(" ");
  results.replaceChildren(...(matches.length ? matches.slice(0, limit).map((match) => row(match, wanted)) : [el("li", { class: "empty" }, t("script.nothing"))]));
  const left = matches.length - limit;
  more.hidden = left <= 0;
  more.textContent = t("script.more", { n: Math.min(STEP, left) });
}

const FEW = 3;

/** @param {{article: any, findings: any[]}} match @param {Record<string, string>} wanted */
function row({ article, findings }, wanted) {
  const open = { ...wanted, article: article.record };
  return el("li", { class: "card" },
    el("h3", {}, el("a", { href: hash(open) }, article.title ? own(article.title) : t("script.untitled"))),
    el("p", { class: "where" }, badge(article.verdict), " ", own(article.source), " · ", el("span", { class: "mono" }, own(article.id)),
      article.date ? ` · ${article.date.slice(0, 10)}` : "", article.language ? [" · ", own(article.language)] : null),
    el("ul", { class: "results" }, findings.slice(0, FEW).map((finding) => findingItem(finding))),
    findings.length > FEW ? el("p", { class: "soft small" }, t("script.further", { n: findings.length - FEW })) : null);
}

/** Fills the lists of the form with what there is, the most frequent first. */
function fillForm() {
  const counts = { severity: new Map(), rule: new Map(), source: new Map(), field: new Map(), language: new Map() };
  const add = (name, value) => value && counts[name].set(value, (counts[name].get(value) ?? 0) + 1);
  for (const article of articles) {
    for (const name of ["source", "language"]) add(name, article[name]);
    for (const name of ["severity", "rule", "field"]) for (const value of new Set(article.findings.map((f) => f[name]))) add(name, value);
  }
  for (const name of Object.keys(counts)) {
    const values = [...counts[name]].sort((a, b) => b[1] - a[1] || a[0].localeCompare(b[0]));
    if (name === "severity") values.sort((a, b) => RANK.indexOf(a[0]) - RANK.indexOf(b[0]));
    form.elements[name].append(...values.map(([value]) => el("option", { value }, name === "severity" ? t(`severity.${value}`) : plain(value))));
  }
}

/** Scraped text where only text can stand: invisible characters by their names. @param {string} text */
function plain(text) {
  return shown(text).map((node) => (typeof node === "string" ? node : `<${node.textContent}>`)).join("");
}

const COLUMNS = ["record", "article_id", "source", "rule", "severity", "field", "line", "start", "end", "evidence", "message", "suggestion", "title", "original_url", "known"];

/** What is matched, a row for each finding. */
function rows() {
  return matches.flatMap(({ article, findings }) => findings.map((finding) => ({
    ...finding, record: article.record, article_id: article.id, source: article.source, title: article.title, original_url: article.url, known: Boolean(finding.known),
  })));
}

/** A cell that no spreadsheet takes for a formula: an apostrophe in front says that it is text, as in findings.csv. */
function cell(value) {
  if (typeof value === "number" || typeof value === "boolean") return String(value);
  const text = value ?? "";
  return `"${(/^[=+\-@\t\r\n＝＋－＠']/.test(text) ? "'" : "") + text.replaceAll('"', '""')}"`;
}

function csv() {
  return "\ufeff" + [COLUMNS.join(","), ...rows().map((entry) => COLUMNS.map((name) => cell(entry[name])).join(","))].join("\r\n") + "\r\n";
}

function json() {
  return JSON.stringify(rows().map((entry) => Object.fromEntries(COLUMNS.map((name) => [name, entry[name] ?? null]))), null, 1);
}

/** Hands a text to the browser as a file. @param {string} text @param {string} kind @param {string} suffix */
function save(text, kind, suffix) {
  const url = URL.createObjectURL(new Blob([text], { type: kind }));
  el("a", { href: url, download: `copydesk-${head.run}.${suffix}` }).click();
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}
