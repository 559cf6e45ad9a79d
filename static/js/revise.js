// Later rounds: the button names what it does; a reason is asked only outside the shown bounds.
import { fill } from "./text.js";

function revise(marker) {
  const form = marker.closest("form");
  const button = [...form.elements].find((one) => one.matches("[data-save-button]"));
  const { previous, low, high, keep, change, plain } = marker.dataset;

  const show = (value) => {
    const side = value === null ? "" : value > Number(high) ? "above" : value < Number(low) ? "below" : "";
    for (const note of form.querySelectorAll("[data-far]")) note.hidden = note.dataset.far !== side;
    for (const part of form.querySelectorAll("[data-far-only]")) part.hidden = side === "";
    const sentence = previous !== "" && value === Number(previous) ? keep : change;
    button.textContent = value === null ? plain : fill(sentence, { value });
  };

  const judged = form.querySelector("[data-estimate]"); // a track-record estimate may follow it
  form.addEventListener("estimate", (event) => event.target === judged && show(event.detail));
  const now = form.querySelector("[data-number]").value.trim();
  show(/^\d+$/.test(now) ? Number(now) : null);
}

for (const marker of document.querySelectorAll("[data-revise]")) revise(marker);
