// Keeps drafts: posts the form's fields within a second of a change and says "kept" only after the server did.
// The server answers 200 with {"kept_at": "14:32"}; a refusal may carry {"message": "..."} to show instead.
// Without a network nothing is written to the device: what was typed, and a save that was pressed, wait in the page.
// A form that came back with data-refused is in no draft yet ("typed"), or differs from another device's ("moved").
import { beforeLeaving, plainEntry } from "./departing.js";
import { fill } from "./text.js";

const PAUSE = 600; // ms after the last keystroke
const LONGEST = 1000; // ms between the first unsent keystroke and sending
const RETRY = 10000; // ms
const PATIENCE = 15000; // ms before a request counts as failed
const REACH = 5000; // ms in which the server must be reached before a save leaves the page
const OUTLIVES = 60000; // characters that a request may carry and go on when its page is gone
const OTHER_SESSION = 400; // the token of this page belongs to a session that is over

class Drafts {
  constructor(form, status) {
    this.form = form;
    this.status = status;
    this.unsent = false;
    this.sending = false;
    this.submitting = false;
    // Boxes that stand outside the form and belong to it count too.
    document.addEventListener("input", ({ target }) => (target.form === form || form.contains(target)) && this.changed());
    form.addEventListener("submit", (event) => this.submitted(event));
    window.addEventListener("online", () => this.again());
    window.addEventListener("offline", () => this.unsent && this.say("failed", status?.dataset.offline));
    window.addEventListener("pageshow", () => { this.submitting = this.leaving = false; });
    window.addEventListener("beforeunload", (event) => {
      this.hurry();
      if ((this.unsent || this.sending || this.submitting) && !this.leaving) event.preventDefault();
    });
    window.addEventListener("pagehide", () => this.hurry());
    document.addEventListener("visibilitychange", () => document.hidden && this.hurry());
    beforeLeaving(form, () => this.settled());
  }

  changed() {
    if (!this.unsent) this.since = Date.now();
    this.unsent = true;
    const left = Math.max(0, LONGEST - (Date.now() - this.since));
    this.schedule(Math.min(PAUSE, left));
  }

  schedule(wait) {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.send(), wait);
  }

  // A save leaves the page only when the server can be reached; a second press while one is on its way is none.
  submitted(event) {
    if (this.leaving) return;
    event.preventDefault();
    if (this.submitting) return;
    this.submitting = true;
    clearTimeout(this.timer);
    this.button = event.submitter;
    this.leave();
  }

  async leave() {
    clearTimeout(this.timer);
    if (await this.reached()) {
      this.leaving = true;
      if (this.form.dataset.refused) plainEntry();
      this.form.requestSubmit(this.button);
    } else {
      this.say("failed", this.status?.dataset.waiting);
      this.timer = setTimeout(() => this.leave(), RETRY);
    }
  }

  async reached() {
    const small = document.querySelector("link[rel=icon]")?.href ?? location.href;
    const asked = { method: "HEAD", cache: "no-store", signal: AbortSignal.timeout(REACH) };
    return fetch(small, asked).then(() => true, () => false);
  }

  again() {
    if (this.submitting && !this.leaving) this.leave();
    else if (this.unsent) this.send();
  }

  // Where the page may be gone the next moment, nothing waits for a pause in typing.
  hurry() {
    if (!this.unsent || this.submitting) return;
    if (this.sending) this.post().catch(() => {});
    else this.send();
  }

  // Before the page is left: what was typed is sent, and the answer awaited.
  async settled() {
    if (this.form.dataset.refused) plainEntry();
    await this.flight;
    if (this.unsent) await this.send();
  }

  send() {
    if (this.sending || this.submitting) return this.flight;
    clearTimeout(this.timer);
    this.sending = true;
    this.unsent = false;
    this.pendingNotice();
    this.flight = this.deliver();
    return this.flight;
  }

  async deliver() {
    try {
      this.kept(await this.post());
    } catch (error) {
      this.failed(error);
    } finally {
      this.sending = false;
    }
  }

  pendingNotice() {
    if (this.status?.dataset.state !== "failed") this.say("keeping", this.status?.dataset.keeping);
  }

  async post() {
    const body = new URLSearchParams(new FormData(this.form));
    const response = await fetch(this.form.dataset.draftUrl, {
      method: "POST",
      body,
      headers: { "X-CSRFToken": body.get("csrf_token") ?? "", Accept: "application/json" },
      keepalive: String(body).length < OUTLIVES,
      signal: AbortSignal.timeout(PATIENCE),
    });
    const answer = await response.json().catch(() => ({}));
    if (response.status === OTHER_SESSION) await this.renew();
    if (!response.ok || !answer.kept_at) throw Object.assign(new Error("not kept"), { sentence: answer.message });
    return answer.kept_at;
  }

  // Whoever opened the personal link again has a new session: this page goes on with its token.
  async renew() {
    const page = await fetch(location.pathname, { signal: AbortSignal.timeout(PATIENCE) });
    const found = new DOMParser().parseFromString(await page.text(), "text/html");
    const token = found.querySelector("form[data-draft-url] [name=csrf_token]")?.value;
    if (page.ok && token) this.form.elements.csrf_token.value = token;
  }

  kept(time) {
    if (this.submitting) return;
    if (this.unsent) this.schedule(0);
    else this.say("kept", fill(this.status?.dataset.kept ?? "", { time }));
  }

  failed(error) {
    this.unsent = true;
    if (this.submitting) return;
    this.since = Date.now();
    const { failed, offline } = this.status?.dataset ?? {};
    this.say("failed", error.sentence ?? (navigator.onLine ? failed : offline));
    this.schedule(RETRY);
  }

  say(state, sentence) {
    if (!this.status) return;
    this.status.dataset.state = state;
    this.status.querySelector("[data-save-text]").textContent = sentence;
    this.announce(state, sentence);
  }

  // Spoken only when keeping starts to work or to fail, not at every pause in typing.
  announce(state, sentence) {
    if (state === "keeping" || state === this.announced) return;
    this.announced = state;
    this.status.querySelector("[data-save-spoken]").textContent = sentence;
  }
}

// What was typed before this script had loaded is a change too. Only fields of the form itself count: the views
// that other scripts set belong to no form.
const touched = (field) => "defaultValue" in field && field.name
  && (field.value !== field.defaultValue || field.checked !== field.defaultChecked);

for (const form of document.querySelectorAll("form[data-draft-url]")) {
  const drafts = new Drafts(form, document.querySelector("[data-save]"));
  if (form.dataset.refused === "typed") plainEntry();
  if (form.dataset.refused === "typed" || [...form.elements].some(touched)) drafts.changed();
}
