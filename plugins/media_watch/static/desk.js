// Enhancement only: every key is kept on the server at once, one request at a time, the newest state last. Without it
// the buttons of the form keep and hand in.

const box = document.querySelector("[data-desk]");
const form = box?.querySelector("form");

class Keeper {
  constructor() {
    this.status = box.querySelector("[role=status]");
    this.number = form.elements.number;
    this.dirty = false;
    this.busy = false;
    this.stopped = false;
    form.addEventListener("input", () => this.note());
    form.addEventListener("submit", () => (this.stopped = true));
    window.addEventListener("online", () => this.send());
  }

  note() {
    this.number.value = Number(this.number.value || 0) + 1;
    this.dirty = true;
    this.send();
  }

  async send() {
    if (this.busy || !this.dirty || this.stopped) return;
    this.busy = true;
    this.dirty = false;
    const body = new URLSearchParams(new FormData(form));
    body.set("act", "keep");
    try {
      const answer = await fetch(location.href, { method: "POST", body, keepalive: true, redirect: "manual" });
      if (!answer.ok) throw new Error(answer.status);
      this.status.textContent = box.dataset.kept;
    } catch {
      this.dirty = true;
      this.status.textContent = box.dataset.waits;
      setTimeout(() => this.send(), 3000);
    }
    this.busy = false;
    if (this.dirty && this.status.textContent === box.dataset.kept) this.send();
  }
}

function takeMarked() {
  const words = String(window.getSelection()).trim();
  const open = form.contains(document.activeElement) && document.activeElement.closest(".inside, form");
  const field = (open ?? form).querySelector("textarea[name$=quote]") ?? form.querySelector("textarea[name$=quote]");
  if (!words) return;
  field.value = words;
  field.dispatchEvent(new Event("input", { bubbles: true }));
}

function press(event) {
  if (event.ctrlKey && event.key === "Enter") form.querySelector("[value=finish]").click();
  if (!event.altKey) return;
  const said = { KeyY: "yes", KeyN: "no" }[event.code];
  if (said) {
    form.querySelector(`[name=relevant][value=${said}]`).click();
    // What is asked next stands under the fingers: Tab leads through the rest.
    form.querySelector(said === "yes" ? "select" : `[name=relevant][value=no]`).focus();
  }
  else if (event.code === "KeyQ") takeMarked();
  else return;
  event.preventDefault();
}

if (form) {
  new Keeper();
  document.addEventListener("keydown", press);
}
