// A form that shows what it makes of a file: asked again whenever a choice changes. Without this a button does it.
const WAIT = 400;

for (const form of document.querySelectorAll("form[data-preview]")) {
  let timer = 0;
  let asked = 0;

  const show = async () => {
    const mine = ++asked;
    const sent = new FormData(form);
    sent.set("do", "show");
    const answer = await fetch(form.action, { method: "POST", body: new URLSearchParams(sent) });
    if (mine !== asked || ![200, 422].includes(answer.status)) return;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const fresh = page.getElementById(form.dataset.preview);
    const here = document.getElementById(form.dataset.preview);
    if (fresh && here) here.replaceChildren(...document.importNode(fresh, true).childNodes);
  };

  form.addEventListener("change", () => {
    clearTimeout(timer);
    timer = setTimeout(() => show().catch(() => {}), WAIT);
  });
}
