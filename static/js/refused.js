// A refused form without drafts: once it is left, Back leads to its page and not to a browser's warning.
import { leads, plainEntry } from "./departing.js";

document.addEventListener("submit", plainEntry);
document.addEventListener("click", (event) => {
  const link = event.target.closest?.("a[href]");
  if (link && leads(link)) plainEntry();
});
