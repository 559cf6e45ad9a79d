// After a refused form: focus the list of errors; each line leads into its field.
const box = document.querySelector("[data-errors]");

box.addEventListener("click", (event) => {
  const link = event.target.closest("a[href^='#']");
  const field = link && document.getElementById(link.hash.slice(1));
  if (!field) return;
  event.preventDefault();
  field.focus();
  field.scrollIntoView({ block: "center" });
});

box.focus();
