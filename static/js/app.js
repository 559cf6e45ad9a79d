// Entry: marks the page as scripted and loads what it needs. Every form works without this.
const PARTS = [
  ["[data-estimate]", "./estimate.js"],
  ["[data-revise]", "./revise.js"],
  ["form[data-draft-url]", "./drafts.js"],
  ["form[data-refused]:not([data-draft-url])", "./refused.js"],
  ["form [data-in-view]", "./in-view.js"],
  ["[data-wording-url]", "./wording.js"],
  ["[data-counter]", "./counter.js"],
  ["[data-exclusive], [data-ranks]", "./exclusive.js"],
  ["[data-ranks]", "./ranks.js"],
  ["form[data-preview]", "./preview.js"],
  ["[data-errors]", "./errors.js"],
  ["[data-ends-in]", "./session.js"],
  ["[data-mark]", "./redact.js"],
  ["details[data-open-wide]", "./disclosure.js"],
];

document.documentElement.classList.add("js");

for (const [selector, path] of PARTS) {
  if (document.querySelector(selector)) import(path);
}

document.addEventListener("keydown", (event) => {
  if (!event.ctrlKey || event.key !== "Enter") return;
  const form = document.activeElement?.closest("form") ?? document.querySelector("main form");
  const button = form?.querySelector("[data-save-button]") ?? document.querySelector("main [data-save-button]");
  button?.click();
});
