// Characters left below a text area.
import { fill } from "./text.js";

for (const area of document.querySelectorAll("[data-counter]")) {
  const line = document.getElementById(area.dataset.counter);
  const show = () => { line.textContent = fill(line.dataset.text, { count: area.maxLength - area.value.length }); };
  area.addEventListener("input", show);
  show();
}
