// What a page does by itself: fold its contents on a small screen, and let long lines be scrolled by key.
"use strict";

function scrollByKey() {
  for (const part of document.querySelectorAll("pre, .katex-display, table, .shown")) {
    const wide = part.scrollWidth > part.clientWidth + 1;
    if (wide) part.tabIndex = 0;
    else part.removeAttribute("tabindex");
  }
}

const contents = document.querySelector(".contents details");
if (contents && matchMedia("(max-width: 60rem)").matches) contents.open = false;
scrollByKey();
addEventListener("resize", scrollByKey);
document.fonts.ready.then(scrollByKey); // formulas grow when their letters arrive
document.fonts.addEventListener("loadingdone", scrollByKey);
