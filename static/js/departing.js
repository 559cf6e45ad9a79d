// What has to be done before a link, or another form of the page, leads away from a form that keeps drafts.
const PATIENCE = 3000; // ms that leaving waits

const ordinary = (event) => event.button === 0 && !(event.ctrlKey || event.metaKey || event.shiftKey || event.altKey);

export function leads(link) {
  if (link.origin !== location.origin || link.hasAttribute("download") || (link.target && link.target !== "_self")) return false;
  return !link.hash || link.pathname !== location.pathname || link.search !== location.search;
}

const within = (promise, time) => Promise.race([promise, new Promise((done) => setTimeout(done, time))]);

// The answer to a form that was refused stands in the history as a form to be sent again: from now on as its address,
// so that Back shows the page and not a browser's warning.
export const plainEntry = () => history.replaceState(history.state, "", location.href);

export function beforeLeaving(form, settled) {
  let passing = false;

  const after = async (event, go) => {
    event.preventDefault();
    await within(settled(), PATIENCE);
    passing = true;
    go();
    passing = false;
  };

  document.addEventListener("click", (event) => {
    const link = event.target.closest?.("a[href]");
    if (link && !event.defaultPrevented && ordinary(event) && leads(link)) after(event, () => location.assign(link.href));
  });

  document.addEventListener("submit", (event) => {
    const other = event.target;
    if (passing || other === form || event.defaultPrevented) return;
    after(event, () => other.requestSubmit(event.submitter));
  });
}
