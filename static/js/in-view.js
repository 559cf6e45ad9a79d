// Counts the seconds in which a page is in view and sends them with its save alone: rounded up to steps of 15 seconds,
// never above 15 minutes, and no time of day. Nothing waits for it.
const STEP = 15;
const MOST = 900;

class InView {
  constructor(field) {
    this.field = field;
    this.begin(Number(field.value) || 0); // of a save that was refused
    document.addEventListener("visibilitychange", () => this.turn());
    field.form.addEventListener("submit", () => { this.field.value = this.coarse(); });
    window.addEventListener("pageshow", (event) => event.persisted && this.begin(0)); // saved, and come back to
  }

  begin(before) {
    this.passed = before * 1000;
    this.since = document.hidden ? null : performance.now();
  }

  turn() {
    this.passed = this.milliseconds();
    this.since = document.hidden ? null : performance.now();
  }

  milliseconds() {
    return this.passed + (this.since === null ? 0 : performance.now() - this.since);
  }

  coarse() {
    return Math.min(MOST, Math.ceil(this.milliseconds() / 1000 / STEP) * STEP);
  }
}

for (const field of document.querySelectorAll("form [data-in-view]")) new InView(field);
