// Ranking: buttons that move an option up and down fill in the places; the lists of places stay the form.
import { fill } from "./text.js";

class Ranks {
  constructor(root) {
    this.root = root;
    this.rows = [...root.querySelectorAll("li")];
    this.spoken = root.querySelector("[data-ranks-spoken]");
    for (const row of this.rows) this.equip(row);
  }

  equip(row) {
    const name = row.querySelector("label").textContent;
    for (const [by, sign, label] of [[-1, "↑", this.root.dataset.up], [1, "↓", this.root.dataset.down]]) {
      const button = document.createElement("button");
      button.type = "button";
      button.className = "btn alt sm";
      button.textContent = sign;
      button.setAttribute("aria-label", fill(label, { option: name }));
      button.addEventListener("click", () => this.move(row, by));
      row.append(button);
    }
  }

  place(row) {
    return row.querySelector("[data-place]");
  }

  // Until places are given, the order on the page is where moving starts from.
  order() {
    const rank = (row) => Number(this.place(row).value) || this.rows.length + 1;
    return [...this.rows].sort((a, b) => rank(a) - rank(b) || this.rows.indexOf(a) - this.rows.indexOf(b));
  }

  move(row, by) {
    const order = this.order();
    const from = order.indexOf(row);
    const to = Math.max(0, Math.min(order.length - 1, from + by));
    order.splice(to, 0, ...order.splice(from, 1));
    order.forEach((one, index) => { this.place(one).value = String(index + 1); });
    this.spoken.textContent = fill(this.root.dataset.moved, { option: row.querySelector("label").textContent, place: to + 1 });
    this.place(row).dispatchEvent(new Event("input", { bubbles: true }));
    this.place(row).dispatchEvent(new Event("change", { bubbles: true }));
  }
}

for (const root of document.querySelectorAll("[data-ranks]")) new Ranks(root);
