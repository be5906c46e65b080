// The search page: sections that hold the words, best first.
"use strict";

const index = new MiniSearch({ fields: ["heading", "text"], storeFields: ["page", "heading", "text"], searchOptions: { boost: { heading: 3 }, prefix: true, fuzzy: 0.15, combineWith: "AND" } });
index.addAll(SECTIONS);
const query = document.getElementById("query"), hits = document.getElementById("hits"), count = document.getElementById("count");

function excerpt(text, terms) {
  const at = Math.max(0, Math.min(...terms.map((t) => text.toLowerCase().indexOf(t)).filter((k) => k >= 0), text.length) - 60);
  return (at ? "… " : "") + text.slice(at, at + 200);
}

function look() {
  const words = query.value.trim(), found = words ? index.search(words).slice(0, 30) : [];
  count.textContent = words ? `${found.length === 30 ? "The best 30" : found.length} ${found.length === 1 ? "section" : "sections"}` : "";
  hits.replaceChildren(...found.map((hit) => {
    const item = document.createElement("li"), link = document.createElement("a"), text = document.createElement("p");
    link.href = hit.id;
    link.textContent = hit.heading === hit.page ? hit.page : `${hit.page}: ${hit.heading}`;
    text.textContent = excerpt(hit.text, hit.terms);
    item.append(link, text);
    return item;
  }));
  if (location.protocol !== "file:") history.replaceState(null, "", words ? `?q=${encodeURIComponent(words)}` : location.pathname);
}

query.value = new URLSearchParams(location.search).get("q") || "";
query.addEventListener("input", look);
look();
query.focus();
