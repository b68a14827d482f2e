// Enhancement only: booths move by arrows and by dragging; the numbers in the form follow, and only they are sent.

const grid = document.querySelector("[data-booths]");
const said = document.querySelector("[data-said]");
const STEPS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
const square = (x, y) => grid.querySelector(`[data-x="${x}"][data-y="${y}"]`);

function put(booth, target) {
  if (!target || target.firstElementChild) return;
  target.append(booth);
  const { x, y } = target.dataset;
  document.getElementById(`x-${booth.dataset.employer}`).value = x;
  document.getElementById(`y-${booth.dataset.employer}`).value = y;
  said.textContent = grid.dataset.moved.replace("{booth}", booth.textContent).replace("{x}", x).replace("{y}", y);
  booth.focus();
}

grid?.addEventListener("keydown", (event) => {
  const booth = event.target.closest("[data-employer]");
  const step = STEPS[event.key];
  if (!booth || !step) return;
  event.preventDefault();
  const { x, y } = booth.parentElement.dataset;
  put(booth, square(Number(x) + step[0], Number(y) + step[1]));
});

grid?.addEventListener("pointerdown", (event) => {
  const booth = event.target.closest("[data-employer]");
  if (!booth) return;
  booth.setAttribute("aria-pressed", "true");
  booth.setPointerCapture(event.pointerId);
  const drop = (end) => {
    booth.setAttribute("aria-pressed", "false");
    const under = document.elementsFromPoint(end.clientX, end.clientY).find((each) => each.dataset?.x);
    if (under && under !== booth.parentElement) put(booth, under);
  };
  booth.addEventListener("pointerup", drop, { once: true });
  booth.addEventListener("pointercancel", () => {
    booth.removeEventListener("pointerup", drop);
    booth.setAttribute("aria-pressed", "false");
  }, { once: true });
});
