"""What the controls of a film do in the browser: two handlers, in which `this` is the film."""

# A new place or a new reel: one cell is shown, and every control says where the film is.
INPUT = """
const range = this.querySelector('[type=range]'), now = {reel: this.dataset.reel, place: range.value};
for (const cell of this.querySelectorAll('[data-value]')) {
  cell.hidden = cell.dataset.place !== now.place || cell.dataset.reel !== now.reel;
  cell.querySelector('g').id = cell.hidden ? '' : this.dataset.frame;
  if (!cell.hidden) range.ariaValueText = this.querySelector('.nnlib-film-reading').textContent = cell.dataset.value;
}
for (const button of this.querySelectorAll('[data-set]')) {
  const on = button.dataset.to === now[button.dataset.set];
  button.classList.toggle('mod-active', on);
  button.setAttribute('aria-pressed', on);
}
for (const button of this.querySelectorAll('[data-play]'))
  button.textContent = this.playing ? '\u2016 pause' : '\u25b6 play';
"""

# A button sets the reel or the place, or lets the film run to its last place and stop there.
CLICK = """
const button = event.target.closest('button'), range = this.querySelector('[type=range]');
if (!button) return;
const moved = () => range.dispatchEvent(new Event('input', {bubbles: true}));
const stop = () => { clearInterval(this.playing); this.playing = null; };
if (button.dataset.set === 'reel') this.dataset.reel = button.dataset.to;
if (button.dataset.set === 'place') range.value = button.dataset.to;
if (button.dataset.play && this.playing) stop();
else if (button.dataset.play) {
  if (range.value === range.max) range.value = 0;
  this.playing = setInterval(() => {
    range.stepUp();
    if (range.value === range.max || !this.isConnected) stop();
    moved();
  }, Number(button.dataset.play));
}
moved();
"""
