// "I cannot judge this" and an answer exclude each other: the later one holds.
function exclusive(root) {
  const cannot = root.querySelector("[data-cannot]");
  const others = [...root.querySelectorAll("input, select")].filter((field) => field !== cannot);
  const given = (field) => (field.type === "checkbox" ? field.checked : field.value !== "");

  cannot.addEventListener("change", () => {
    if (!cannot.checked) return;
    for (const field of others) {
      if (field.type === "checkbox") field.checked = false;
      else field.value = "";
    }
  });
  root.addEventListener("change", (event) => {
    if (event.target !== cannot && given(event.target)) cannot.checked = false;
  });
}

for (const root of document.querySelectorAll("[data-exclusive], [data-ranks]")) exclusive(root);
