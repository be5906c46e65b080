// A recorder of pictures, frame by frame. A picture is what can be seen in `area`; null is a blank frame. Each frame notes
// the time, the picture and the height.
window.recorder = {
  area: null, frames: [], since: null, running: false, found: null,
  picture() {
    const seen = e => { const r = e.getBoundingClientRect(); return r.width > 60 && r.height > 20; };
    for (const svg of this.area.querySelectorAll('svg')) if (seen(svg)) {
      const words = svg.parentElement.querySelector('[role=status]');
      return 'svg' + (svg.getAttribute('aria-label') || '') + (words ? words.textContent : '') + svg.childElementCount;
    }
    for (const img of [...this.area.querySelectorAll('img')].reverse()) {
      if (!(img.complete && img.naturalWidth > 0)) return null;
      if (seen(img)) return 'img' + img.src.length + img.src.slice(-80) + img.src.slice(900, 1100);
    }
    return null;
  },
  start(area) {
    this.area = area; this.frames = []; this.since = null; this.running = true; this.before = this.picture();
    this.seen = new Promise(resolve => { this.found = resolve; });
    const note = () => {
      if (!this.running) return;
      const when = performance.now(), picture = this.picture();
      this.frames.push([when, picture, Math.round(area.getBoundingClientRect().height)]);
      if (this.since !== null && when > this.since && picture !== null && picture !== this.before) this.found(true);
      requestAnimationFrame(note);
    };
    requestAnimationFrame(note);
  },
  // whether a new picture came, at the latest after so many milliseconds
  wait(limit) { return Promise.race([this.seen, new Promise(resolve => setTimeout(() => resolve(false), limit))]); },
  stop() { this.running = false; return {frames: this.frames, since: this.since, before: this.before}; },
  // A mouse that never waits: one move for each display frame, as a browser hands moves to its page, each over a place or more.
  // A driver that sends the next move after the last was answered measures the way between four processes instead.
  // The browser's own slider takes no mouse that a script makes up, so its place is set, one in each display frame.
  async drag(area, moves) {
    const own = [...area.querySelectorAll('input[type=range]')].find(e => e.getBoundingClientRect().width > 0);
    if (own) {
      this.start(area);
      await new Promise(requestAnimationFrame);
      const begun = performance.now();
      let way = 1;
      for (let k = 0; k < moves; k++) {
        if (Number(own.value) + way < own.min || Number(own.value) + way > own.max) way = -way;
        own.value = Number(own.value) + way;
        own.dispatchEvent(new Event('input', {bubbles: true}));
        await new Promise(requestAnimationFrame);
      }
      return [begun, performance.now()];
    }
    const handle = [...area.querySelectorAll('.noUi-handle')].find(e => e.getBoundingClientRect().width > 0);
    const track = handle.closest('.noUi-target').getBoundingClientRect(), box = handle.getBoundingClientRect();
    const y = box.y + box.height / 2, [low, high] = ['min', 'max'].map(end => Number(handle.getAttribute('aria-value' + end)));
    const pace = track.width / Math.min(moves, Math.max(high - low, 1));
    const frame = () => new Promise(requestAnimationFrame);
    const act = (target, what, x) => {
      for (const [kind, type] of [[PointerEvent, 'pointer'], [MouseEvent, 'mouse']]) target.dispatchEvent(new kind(type + what, {
        bubbles: true, cancelable: true, isPrimary: true, pointerId: 1, pointerType: 'mouse', clientX: x, clientY: y,
        button: 0, buttons: what === 'up' ? 0 : 1,
      }));
    };
    let x = box.x + box.width / 2, way = 1;
    act(handle, 'down', x);
    this.start(area);
    await frame();
    const begun = performance.now();
    for (let k = 0; k < moves; k++) {
      if (x + way * pace < track.left - 1 || x + way * pace > track.right + 1) way = -way;
      x += way * pace;
      act(document.documentElement, 'move', x);
      await frame();
    }
    const done = performance.now();
    act(document.documentElement, 'up', x);
    return [begun, done];
  },
};
document.addEventListener('keydown', () => {
  if (window.recorder.since === null) window.recorder.since = performance.now();
}, true);
