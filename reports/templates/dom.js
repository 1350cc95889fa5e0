// @ts-check
// What every view needs: the page's data and words, elements made of text nodes, and the state in the address.
// What was scraped gets into the page through text nodes and known attributes only; the page's policy forbids everything else.

/** @type {{head: any, articles: any[]}} */
const DATA = JSON.parse(document.getElementById("data").textContent);
const { head, articles } = DATA;
const grouped = new Intl.NumberFormat("en");

/** Controls, format characters and fillers: the same as in copydesk.report.shown. */
const INVISIBLE = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u00ad\u061c\u115f\u1160\u17b4\u17b5\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff9-\ufffb\ud800-\udfff\u{e0000}-\u{e0fff}]/gu;
const JOINERS = "\u200c\u200d\ufe0f";

/** @param {number} value */
function number(value) {
  return grouped.format(value).replaceAll(",", head.texts["number.thousands"]);
}

/** A text of the catalogue with its values. @param {string} key @param {Record<string, any>} values */
function t(key, values = {}) {
  const entry = head.texts[key] ?? key;
  const text = typeof entry === "string" ? entry : values.n === 1 ? entry.one : entry.other;
  return text.replace(/\{(\w+)\}/g, (_, name) => (typeof values[name] === "number" ? number(values[name]) : values[name]));
}

/**
 * An element with attributes and children; null and false children are left out.
 * @param {string} tag @param {Record<string, any>} attributes @param {...any} children
 */
function el(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name === "onclick") element.addEventListener("click", value);
    else if (value !== null && value !== false) element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false));
  return element;
}

/** Scraped text as nodes, with every invisible character in a box. @param {string} text */
function shown(text) {
  const nodes = [];
  let last = 0;
  for (const found of text.matchAll(INVISIBLE)) {
    const before = text.slice(found.index - 1, found.index);
    if (JOINERS.includes(found[0]) && before.trim()) continue;
    const code = found[0].codePointAt(0).toString(16).toUpperCase().padStart(4, "0");
    nodes.push(text.slice(last, found.index), el("span", { class: "control" }, `U+${code}`));
    last = found.index + found[0].length;
  }
  nodes.push(text.slice(last));
  return nodes;
}

/** Scraped text that finds its own direction. @param {string} text @param {string} tag */
function own(text, tag = "bdi") {
  return el(tag, { dir: "auto" }, shown(text));
}

/** What is said by rules is English. @param {string} text */
function english(text) {
  return el("bdi", { dir: "auto", lang: head.language === "en" ? null : "en" }, shown(text));
}

/** @param {string} severity */
function badge(severity) {
  const key = severity === "accepted" || severity === "quarantined" ? `verdict.${severity}` : `severity.${severity}`;
  return el("span", { class: `badge ${severity}` }, t(key));
}

/** The address of an article as a link, if it is one of the web. @param {any} article */
function address(article) {
  const text = own(article.url);
  if (!article.link || !/^https?:\/\//i.test(article.url)) return text;
  return el("a", { href: article.url, rel: "noopener noreferrer nofollow" }, text);
}

/** The state that the address holds: "#?rule=title-missing&article=12". @returns {Record<string, string>} */
function state() {
  return location.hash.startsWith("#?") ? Object.fromEntries(new URLSearchParams(location.hash.slice(2))) : {};
}

/** The address of a state. @param {Record<string, any>} wanted */
function hash(wanted) {
  const kept = Object.entries(wanted).filter(([, value]) => value !== "" && value !== null && value !== undefined);
  return `#?${new URLSearchParams(kept.map(([name, value]) => [name, String(value)]))}`;
}

/** A finding's text with its span marked. @param {any} finding */
function quote(finding) {
  if (!finding.evidence && !finding.before && !finding.after) return null;
  const around = (text) => el("span", { class: "around" }, shown(text ?? ""));
  return el("div", { class: "quote", dir: "auto" }, around(finding.before), el("mark", {}, shown((finding.evidence ?? "") + (finding.cut ? "…" : ""))), around(finding.after));
}

/** Where in its article a finding lies. @param {any} finding */
function where(finding) {
  const parts = [t("script.in", { field: finding.field })];
  if (finding.line) parts.push(t("script.line", { line: finding.line }));
  if (finding.start !== undefined) parts.push(t("script.at", { start: finding.start, end: finding.end }));
  return parts.join(", ");
}

/** One finding, with its rule, message, place, text and suggestion. @param {any} finding @param {string} id */
function findingItem(finding, id = "") {
  return el("li", { class: "finding", id: id || null },
    badge(finding.severity), " ",
    el("a", { href: `#rule-${finding.rule}`, class: "rule mono" }, finding.rule),
    finding.known ? el("span", { class: "soft small" }, ` · ${t("script.known")}`) : null, " ",
    el("strong", {}, english(finding.message)), " ",
    el("span", { class: "soft small" }, where(finding)),
    quote(finding),
    finding.suggestion ? el("p", { class: "suggest" }, t("script.suggestion"), " ", el("code", {}, own(finding.suggestion))) : null);
}
