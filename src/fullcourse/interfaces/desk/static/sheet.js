// Moves among the boxes of a sheet by keys: arrows go to the next box, a letter says what stands in one and goes on below.
// Without it every box is a list that is chosen from, and Tab goes on.
"use strict";
const moves = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] };
for (const grid of document.querySelectorAll("table[data-grid]")) {
  const boxAt = (row, column) => grid.tBodies[0].rows[row]?.cells[column]?.querySelector("select");
  const next = (cell, [down, across]) => {
    let row = cell.parentElement.sectionRowIndex;
    let column = cell.cellIndex;
    do {
      row += down;
      column += across;
      if (!grid.tBodies[0].rows[row]?.cells[column]) return;
    } while (!boxAt(row, column));
    boxAt(row, column).focus();
  };
  grid.addEventListener("keydown", (event) => {
    const box = event.target;
    if (box.tagName !== "SELECT" || event.ctrlKey || event.altKey || event.metaKey) return;
    const move = moves[event.key];
    const letter = event.key.toUpperCase();
    const choice = letter.length === 1 && [...box.options].find((it) => it.text.startsWith(letter));
    if (!move && !choice) return;
    event.preventDefault();
    if (choice) box.value = choice.value;
    next(box.closest("td"), move ?? moves.ArrowDown);
  });
}
