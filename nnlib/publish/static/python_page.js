// Boxes of Python in a page. Nothing is loaded and no other host is asked until a box's button is pressed.
"use strict";

const PYTHON = { worker: null, ready: null, waiting: new Map(), count: 0 };
const settings = document.currentScript.dataset; // home of Pyodide, wheel, seconds

function stopPython(message) {
  if (PYTHON.worker) PYTHON.worker.terminate();
  for (const { reject } of PYTHON.waiting.values()) reject(new Error(message));
  PYTHON.waiting.clear();
  PYTHON.worker = PYTHON.ready = null;
  PYTHON.loaded = false;
}

function startPython(say) {
  if (PYTHON.ready) return PYTHON.ready;
  PYTHON.worker = new Worker("assets/python_worker.js", { type: "module" });
  PYTHON.ready = new Promise((resolve, reject) => {
    PYTHON.worker.onerror = (event) => reject(new Error(event.message || "the worker could not be started"));
    PYTHON.worker.onmessage = ({ data }) => {
      if (data.kind === "loading") say(`Loading ${data.what || "Python"}: ${(data.bytes / 1e6).toFixed(1)} MB so far ...`);
      if (data.kind === "ready") resolve();
      if (data.kind === "failed" && data.id === undefined) reject(new Error(data.message));
      if (data.kind === "answer" || (data.kind === "failed" && data.id !== undefined)) {
        const call = PYTHON.waiting.get(data.id);
        PYTHON.waiting.delete(data.id);
        if (call) (data.kind === "answer" ? call.resolve : call.reject)(data.kind === "answer" ? data.html : new Error(data.message));
      }
    };
    PYTHON.worker.postMessage({ kind: "start", home: new URL(settings.home, location.href).href, wheel: new URL(settings.wheel, location.href).href });
  });
  PYTHON.ready.catch((fault) => stopPython(fault.message));
  return PYTHON.ready;
}

function ask(request, seconds) {
  const id = ++PYTHON.count;
  return new Promise((resolve, reject) => {
    const limit = setTimeout(() => stopPython(`Stopped after ${seconds} seconds. Does a loop end? Press the button to start Python again.`), seconds * 1000);
    const end = (act) => (value) => { clearTimeout(limit); act(value); };
    PYTHON.waiting.set(id, { resolve: end(resolve), reject: end(reject) });
    PYTHON.worker.postMessage({ kind: "run", id, request });
  });
}

for (const box of document.querySelectorAll("[data-python]")) {
  const editor = box.querySelector("textarea"), button = box.querySelector("button"), said = box.querySelector("[role=status]"), result = box.querySelector(".result");
  const say = (text) => { said.textContent = text; };
  for (const slider of box.querySelectorAll("[data-reads=power]")) { // a slider over powers of ten reads the number itself
    const read = () => { slider.closest("p").querySelector("output").textContent = slider.ariaValueText = Number((10 ** slider.value).toPrecision(3)).toString(); };
    slider.addEventListener("input", read);
    read();
  }
  if (box.dataset.live) box.addEventListener("input", () => { if (PYTHON.loaded && !button.disabled) button.click(); else box.dataset.again = PYTHON.loaded ? "1" : ""; });
  if (editor) editor.addEventListener("keydown", (event) => { // Tab indents; Escape first, then Tab leaves the box
    if (event.key === "Escape") editor.dataset.leave = "1";
    if (event.key === "Tab" && !event.shiftKey && !editor.dataset.leave) {
      event.preventDefault();
      editor.setRangeText("    ", editor.selectionStart, editor.selectionEnd, "end");
    }
  });
  if (editor) editor.addEventListener("focus", () => { delete editor.dataset.leave; });
  button.addEventListener("click", async () => {
    button.disabled = true;
    if (!box.dataset.live) result.replaceChildren();
    try {
      await startPython(say);
      say("Running ...");
      const controls = [...box.querySelectorAll("[name]")].map((control) => [control.name, control.value]);
      const request = { ...JSON.parse(box.dataset.python), ...Object.fromEntries(controls) };
      PYTHON.loaded = true;
      result.innerHTML = await ask(request, Number(settings.seconds));
      say("");
    } catch (fault) {
      say(fault.message);
    }
    button.disabled = false;
    if (box.dataset.again) {
      box.dataset.again = "";
      button.click();
    }
  });
}
