// Warns two minutes before a session ends. The sentence above the warning says the same without a script.
const AHEAD = 120; // seconds

const aside = document.querySelector("[data-ends-in]");
const warning = aside.querySelector("[data-ending]");
let timer;

function wait(seconds) {
  clearTimeout(timer);
  warning.hidden = true;
  timer = setTimeout(() => { warning.hidden = false; }, Math.max(0, seconds - AHEAD) * 1000);
}

async function stay() {
  const response = await fetch(aside.dataset.stay, { headers: { "X-Requested-With": "fetch" }, redirect: "manual" });
  const left = Number(response.headers.get("Session-Ends-In"));
  if (response.ok && left > 0) wait(left);
}

aside.querySelector("[data-stay-button]").addEventListener("click", stay);
wait(Number(aside.dataset.endsIn));
