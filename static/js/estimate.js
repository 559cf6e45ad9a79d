// Likelihood: number field (the form), -5/+5, slider, words and scale are five views of one value.
import { fill } from "./text.js";

const KEYS = { ArrowUp: 1, ArrowDown: -1, PageUp: 10, PageDown: -10 };
const MIDDLE = 50; // where the first step or arrow starts from; typing and the words need no start

function parse(text) {
  const trimmed = text.trim();
  return /^\d{1,3}$/.test(trimmed) ? Number(trimmed) : null;
}

class Estimate {
  constructor(root) {
    this.root = root;
    this.low = Number(root.dataset.low);
    this.high = Number(root.dataset.high);
    this.number = root.querySelector("[data-number]");
    this.slider = root.querySelector("[data-slider]");
    this.picks = [...root.querySelectorAll("[data-pick]")];
    this.bands = [...root.querySelectorAll("[data-band]")];
    this.cannot = root.querySelector("input[type=checkbox]");
    this.bounds = [...root.querySelectorAll("[data-bound]")];
    [this.word, this.range] = root.querySelector("[data-word]").children;
    this.listen();
    this.show(parse(this.number.value));
  }

  listen() {
    this.number.addEventListener("input", () => this.typed());
    this.number.addEventListener("change", () => this.settle());
    this.number.addEventListener("keydown", (event) => this.key(event));
    this.slider.addEventListener("input", () => this.set(Number(this.slider.value)));
    this.slider.addEventListener("pointerup", () => this.set(Number(this.slider.value)));
    this.slider.addEventListener("keydown", (event) => this.key(event));
    this.cannot?.addEventListener("change", () => this.withhold());
    for (const bound of this.bounds) {
      bound.addEventListener("input", () => { if (this.cannot && bound.value.trim() !== "") this.cannot.checked = false; });
    }
    for (const button of this.root.querySelectorAll("[data-step]")) {
      button.addEventListener("click", () => this.step(Number(button.dataset.step)));
    }
    for (const pick of this.picks) {
      pick.addEventListener("change", () => this.set(Number(pick.dataset.enters)));
    }
  }

  // A number and "I cannot judge this" exclude each other: the later one holds.
  typed() {
    if (this.cannot && this.number.value.trim() !== "") this.cannot.checked = false;
    this.show(parse(this.number.value));
  }

  withhold() {
    if (!this.cannot.checked) return;
    this.number.value = "";
    for (const bound of this.bounds) bound.value = "";
    this.show(null);
  }

  key(event) {
    const steps = event.target === this.slider ? { ...KEYS, ArrowRight: 1, ArrowLeft: -1 } : KEYS;
    const by = steps[event.key];
    if (by === undefined || event.ctrlKey || event.altKey || event.metaKey) return;
    event.preventDefault();
    this.step(by);
  }

  step(by) {
    this.set((parse(this.number.value) ?? MIDDLE) + by);
  }

  // An entry outside the bounds stays as typed: the server names the bounds, nothing is altered silently.
  settle() {
    const value = parse(this.number.value);
    if (value !== null) this.number.value = String(value);
  }

  set(value) {
    const bounded = Math.max(this.low, Math.min(this.high, Math.round(value)));
    const before = this.number.value;
    this.number.value = String(bounded);
    this.show(bounded);
    if (before !== this.number.value) this.number.dispatchEvent(new Event("input", { bubbles: true }));
  }

  bandOf(value) {
    if (value === null || value < this.low || value > this.high) return -1;
    return this.picks.findIndex((pick) => value >= Number(pick.dataset.low) && value <= Number(pick.dataset.high));
  }

  show(value) {
    const band = this.bandOf(value);
    this.picks.forEach((pick, index) => { pick.checked = index === band; });
    this.bands.forEach((mark, index) => { mark.classList.toggle("on", index === band); });
    this.slider.toggleAttribute("data-unset", band < 0);
    if (band >= 0) this.slider.value = String(value);
    this.say(value, this.picks[band]);
    this.root.dispatchEvent(new CustomEvent("estimate", { bubbles: true, detail: band < 0 ? null : value }));
  }

  say(value, pick) {
    const word = pick?.parentElement.querySelector("[data-text]").textContent ?? "";
    const { none, spoken, rangeText } = this.root.dataset;
    this.word.textContent = word;
    this.range.textContent = pick ? `(${fill(rangeText, { low: pick.dataset.low, high: pick.dataset.high })})` : none;
    this.slider.setAttribute("aria-valuetext", pick ? fill(spoken, { value, word }) : none);
  }
}

for (const root of document.querySelectorAll("[data-estimate]")) new Estimate(root);
