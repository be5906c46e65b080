// What a page does by itself: say that its widgets are ready, name their sliders, and let long lines be scrolled by key.
"use strict";

function nameSlider(handle) {
  const box = handle.closest(".jupyter-widgets");
  const label = box && box.querySelector(".widget-label");
  const reading = box && box.querySelector(".widget-readout");
  handle.setAttribute("aria-label", label && label.textContent ? label.textContent : "slider");
  if (!reading || handle.dataset.named) return;
  handle.dataset.named = "yes";
  const say = () => {
    const text = reading.textContent;
    if (handle.getAttribute("aria-valuetext") !== text) handle.setAttribute("aria-valuetext", text);
  };
  // the slider library writes its own raw number there too: the reading is what the learner sees
  new MutationObserver(say).observe(reading, { childList: true, characterData: true, subtree: true });
  new MutationObserver(say).observe(handle, { attributes: true, attributeFilter: ["aria-valuetext"] });
  say();
}

function nameButtons(group) {
  const box = group.closest(".jupyter-widgets");
  const label = box && box.querySelector(".widget-label");
  group.setAttribute("role", "group");
  group.setAttribute("aria-label", label && label.textContent ? label.textContent : "choices");
  const say = (button) => button.setAttribute("aria-pressed", String(button.classList.contains("mod-active")));
  for (const button of group.querySelectorAll("button")) {
    say(button);
    new MutationObserver(() => say(button)).observe(button, { attributes: true, attributeFilter: ["class"] });
  }
}

const PLAYER = { "fa-play": "play", "fa-pause": "pause", "fa-stop": "stop and go back", "fa-retweet": "repeat", "fa-repeat": "repeat" };

function namePlayer(button) {
  const icon = button.querySelector("i");
  if (!icon) return;
  const say = () => {
    const kind = Object.keys(PLAYER).find((name) => icon.classList.contains(name));
    button.setAttribute("aria-label", kind ? PLAYER[kind] : "button");
  };
  new MutationObserver(say).observe(icon, { attributes: true, attributeFilter: ["class"] });
  say();
}

function takeOver(live) {
  // the living widget stands, so its still picture may go
  live.querySelectorAll(":scope > .nnlib-poster").forEach((poster) => poster.remove());
  live.querySelectorAll(".noUi-handle").forEach(nameSlider);
  live.querySelectorAll(".widget-toggle-buttons").forEach(nameButtons);
  live.querySelectorAll(".widget-play button").forEach(namePlayer);
  live.dataset.ready = "yes";
}

function watchWidgets() {
  const waiting = new Set(document.querySelectorAll(".live"));
  const look = () => {
    for (const live of waiting) {
      const area = live.querySelector(":scope > .widget-subarea");
      if (area && area.querySelector(".jupyter-widgets") && area.getBoundingClientRect().height > 8) {
        waiting.delete(live);
        takeOver(live);
      }
    }
    if (waiting.size) requestAnimationFrame(look);
    else {
      scrollByKey(); // a film that came in may have brought a scrollbar
      document.documentElement.dataset.widgets = "ready";
    }
  };
  look();
}

function scrollByKey() {
  for (const part of document.querySelectorAll("pre, .katex-display, table, .shown")) {
    const wide = part.scrollWidth > part.clientWidth + 1;
    if (wide) part.tabIndex = 0;
    else part.removeAttribute("tabindex");
  }
}

const contents = document.querySelector(".contents details");
if (contents && matchMedia("(max-width: 60rem)").matches) contents.open = false;
watchWidgets();
scrollByKey();
addEventListener("resize", scrollByKey);
document.fonts.ready.then(scrollByKey); // formulas grow when their letters arrive
document.fonts.addEventListener("loadingdone", scrollByKey);
