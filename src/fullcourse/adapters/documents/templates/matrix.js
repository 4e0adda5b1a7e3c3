"use strict";
(() => {
  const data = JSON.parse(document.getElementById("data").textContent);
  const one = document.getElementById("one"), all = document.getElementById("all");
  const rows = [...all.querySelectorAll("tbody tr")];
  const [search, drug, group, least] = ["search", "drug", "group", "least"].map((id) => document.getElementById(id));
  const dialog = document.getElementById("details");
  const made = (name, text, kind) => {
    const node = document.createElement(name);
    if (text) node.textContent = text;
    if (kind) node.className = kind;
    return node;
  };
  const finding = ([id, open]) => {
    const said = data.statements[id];
    const box = made("div", "", "finding");
    const line = made("p");
    line.append(made("span", data.words[said.word], `key ${said.word}`), " ");
    if (said.does) line.append(made("strong", said.does), " ");
    if (said.says !== said.does) line.append(said.says);
    box.append(line);
    if (open.length) box.append(made("p", `Only where this is so too, and here it is not known: ${open.join(", ")}.`));
    const dated = said.dated || "no date given";
    box.append(made("p", `${said.title} (${dated}), ${said.section}, tier ${said.tier} · ${id}`, "cite"));
    if (said.weak) box.append(made("p", "On secondary pages alone (tier C): look for an official source.", "weak"));
    return box;
  };
  const rank = (row, at) => data.ranks[row][at];
  const shows = (value) => {
    const wanted = least.value;
    if (wanted === "") return true;
    if (wanted === "gap") return value === -1;
    if (wanted === "none") return value === 0;
    if (wanted === "way") return value === -2;
    return value >= Number(wanted);
  };
  const matches = (row) => {
    const words = search.value.trim().toLowerCase();
    const places = drug.value === "" ? data.drugs.map((_, at) => at) : [Number(drug.value)];
    return (!words || data.rows[row].name.toLowerCase().includes(words) || data.rows[row].group.toLowerCase().includes(words))
      && (group.value === "" || data.rows[row].group === group.value)
      && places.some((at) => shows(rank(row, at)));
  };
  const list = (kept, at) => {
    const table = made("table");
    table.append(made("caption", `${data.drugs[at]} beside ${kept.length} medicines`));
    const head = made("tr");
    for (const title of ["Medicine", "What the sources say"]) {
      const cell = made("th", title);
      cell.scope = "col";
      head.append(cell);
    }
    const top = made("thead"), body = made("tbody");
    top.append(head);
    for (const row of kept) {
      const line = made("tr"), name = made("th", data.rows[row].name), cell = made("td");
      name.scope = "row";
      const found = data.cells[row][at];
      if (found) cell.append(...found.map(finding));
      else { cell.className = "gap"; cell.textContent = "not covered"; }
      line.append(name, cell);
      body.append(line);
    }
    table.append(top, body);
    one.replaceChildren(table);
  };
  const show = () => {
    const kept = data.rows.map((_, row) => row).filter(matches);
    const chosen = drug.value !== "";
    all.hidden = chosen;
    one.hidden = !chosen;
    if (chosen) list(kept, Number(drug.value));
    else {
      const shown = new Set(kept);
      rows.forEach((row, number) => { row.hidden = !shown.has(number); });
    }
    document.getElementById("count").textContent = `${kept.length} of ${data.rows.length} medicines shown.`;
  };
  all.addEventListener("click", (event) => {
    const button = event.target.closest("button");
    if (!button) return;
    const line = button.closest("tr"), row = rows.indexOf(line);
    const at = [...line.children].indexOf(button.parentElement) - 1;
    document.getElementById("details-head").textContent = `${data.drugs[at]} with ${data.rows[row].name}`;
    document.getElementById("details-body").replaceChildren(...data.cells[row][at].map(finding));
    dialog.showModal();
  });
  for (const field of [search, drug, group, least]) field.addEventListener("input", show);
  document.getElementById("filters").addEventListener("submit", (event) => event.preventDefault());
  document.getElementById("print").addEventListener("click", () => window.print());
  document.getElementById("filters").hidden = false;
  if (window.matchMedia("(max-width: 40rem)").matches) { drug.value = String(data.first); least.value = "1"; }
  show();
})();
