// Details that are open on wide screens and folded on phones, where the question comes first.
if (window.matchMedia("(max-width: 899px)").matches) {
  for (const part of document.querySelectorAll("details[data-open-wide]")) part.open = false;
}
