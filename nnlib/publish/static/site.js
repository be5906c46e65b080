// What a page does by itself: copy buttons, contents folded on a small screen, long lines scrolled by key, the place marked.
"use strict";

function scrollByKey() {
  for (const part of document.querySelectorAll("pre, .katex-display, table, .shown")) {
    const wide = part.scrollWidth > part.clientWidth + 1;
    if (wide) part.tabIndex = 0;
    else part.removeAttribute("tabindex");
  }
}

// A button beside each piece of code that copies it.
for (const block of document.querySelectorAll("pre.code")) {
  const button = document.createElement("button"), frame = document.createElement("div");
  button.type = "button";
  button.className = "copy";
  button.textContent = "Copy";
  button.addEventListener("click", async () => {
    if (navigator.clipboard) await navigator.clipboard.writeText(block.innerText);
    else { // a page of a school's own server, without https
      getSelection().selectAllChildren(block);
      document.execCommand("copy");
    }
    button.textContent = "Copied";
    setTimeout(() => { button.textContent = "Copy"; }, 1500);
  });
  frame.className = "copyable";
  block.replaceWith(frame);
  frame.append(block, button);
}

const contents = document.querySelector(".contents details");
if (contents && matchMedia("(max-width: 60rem)").matches) contents.open = false;
// The contents say where the reader is: the last heading above the middle of the window.
const entries = [...document.querySelectorAll(".contents a")];
const parts = entries.map((a) => document.getElementById(decodeURIComponent(a.hash.slice(1))));
function markPlace() {
  const here = parts.findLastIndex((part) => part && part.getBoundingClientRect().top < innerHeight / 2);
  entries.forEach((a, k) => (k === here ? a.setAttribute("aria-current", "true") : a.removeAttribute("aria-current")));
}
if (entries.length) {
  addEventListener("scroll", markPlace, { passive: true });
  markPlace();
}
scrollByKey();
addEventListener("resize", scrollByKey);
document.fonts.ready.then(scrollByKey); // formulas grow when their letters arrive
document.fonts.addEventListener("loadingdone", scrollByKey);
