// Puts a mark in the place of the selected words of the text that was last written in.
let last = document.activeElement?.matches("textarea[data-redact]") ? document.activeElement : null;
for (const text of document.querySelectorAll("textarea[data-redact]")) {
  text.addEventListener("focusin", () => { last = text; });
  text.addEventListener("select", () => { last = text; });
}

const said = document.querySelector("[data-mark-said]");
document.querySelector("[data-marks]").hidden = false;

for (const button of document.querySelectorAll("[data-mark]")) {
  button.addEventListener("click", () => {
    if (!last || last.selectionStart === last.selectionEnd) {
      said.textContent = said.dataset.none;
      return;
    }
    last.setRangeText(button.dataset.mark, last.selectionStart, last.selectionEnd, "end");
    last.dispatchEvent(new Event("input", { bubbles: true }));
    last.focus();
    said.textContent = said.dataset.set;
  });
}
