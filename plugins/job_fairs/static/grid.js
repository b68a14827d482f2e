// Enhancement only: in a grid of people, Alt with an arrow goes to the same question of the next or last person.

document.addEventListener("keydown", (event) => {
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  const column = event.target.dataset?.grid;
  if (!step || !column || !event.altKey) return;
  event.preventDefault(); // Alt with an arrow would open the list of a select
  const all = [...document.querySelectorAll(`[data-grid="${column}"]`)];
  all[all.indexOf(event.target) + step]?.focus();
});
