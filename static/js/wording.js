// Says while a statement is typed what could be worded better. Without this script the page says it after saving.
const PAUSE = 700; // ms after the last keystroke

const list = (sentences) => {
  const found = document.createElement("ul");
  for (const sentence of sentences) {
    const line = document.createElement("li");
    line.textContent = sentence;
    found.append(line);
  }
  return found;
};

const check = async (form, box) => {
  const body = new URLSearchParams(new FormData(form));
  const answer = await fetch(box.dataset.wordingUrl, {
    method: "POST",
    body,
    headers: { "X-CSRFToken": body.get("csrf_token") ?? "", Accept: "application/json", "X-Requested-With": "fetch" },
  });
  if (!answer.ok) return;
  const { sentences } = await answer.json();
  const shown = box.querySelector("[data-wording-found]");
  shown.replaceChildren(...(sentences.length ? [list(sentences)] : []));
  box.querySelector("[data-wording-clean]").hidden = sentences.length > 0 || !body.get("statement");
};

for (const box of document.querySelectorAll("[data-wording-url]")) {
  const form = box.closest("form");
  let timer = 0;
  form.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(() => check(form, box).catch(() => {}), PAUSE);
  });
}
