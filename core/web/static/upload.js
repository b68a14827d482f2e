// Enhancement only: sends a chosen file in pieces and goes on after a broken line. Without it the form sends the file.

const DATA_PIECE = 512 * 1024; // as core.attachments.uploads has it
const WAITS = [2, 4, 8, 15, 30]; // seconds between tries while the line is broken

class Refused extends Error {}
class SignedOut extends Error {}

const hex = (buffer) => [...new Uint8Array(buffer)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
const digest = async (data) => hex(await crypto.subtle.digest("SHA-256", data));
const megabytes = (bytes) => (bytes / 2 ** 20).toLocaleString(document.documentElement.lang, { maximumFractionDigits: 1 });

class Sending {
  constructor(box) {
    this.box = box;
    this.words = box.dataset;
    this.form = box.closest("form");
    this.input = box.querySelector("input[type=file]");
    this.result = box.querySelector("[name=upload]");
    this.panel = box.querySelector(".sending");
    this.bar = box.querySelector("progress");
    this.status = box.querySelector("[role=status]");
    this.pause = box.querySelector("[data-pause]");
    this.more = box.querySelector("[data-continue]");
    this.turn = 0; // a newer file or a stop makes older loops end
    this.busy = false;
    this.input.addEventListener("change", () => this.choose());
    this.pause.addEventListener("click", () => this.stop());
    this.more.addEventListener("click", () => this.run());
    window.addEventListener("online", () => this.wake?.());
    // Stands on the form, so that it is asked before the guard against sending twice.
    this.form.addEventListener("submit", (event) => {
      if (!this.busy && !this.halted) return;
      event.preventDefault();
      this.say(this.words.wait);
    });
  }

  choose() {
    this.file = this.input.files[0];
    this.result.value = "";
    if (this.file) this.run();
    else this.turn += 1;
  }

  stop() {
    this.turn += 1;
    this.wake?.();
    this.hold(this.words.paused);
  }

  hold(words) {
    this.busy = false;
    this.halted = true;
    this.buttons();
    this.say(words);
    this.more.focus();
  }

  async run() {
    const turn = (this.turn += 1);
    this.busy = true;
    this.halted = false;
    this.panel.hidden = false;
    this.mark(false);
    this.buttons();
    for (let tries = 0; turn === this.turn; tries += 1) {
      try {
        await this.send(turn, () => (tries = 0));
        return;
      } catch (error) {
        if (turn !== this.turn) return;
        if (error instanceof Refused) return this.refuse(error.message);
        if (error instanceof SignedOut) return this.hold(this.words.leave);
        this.say(this.words.offline);
        await this.rest(WAITS[Math.min(tries, WAITS.length - 1)]);
      }
    }
  }

  async send(turn, progressed) {
    this.say(this.words.reading);
    const purpose = this.words.purpose || "";
    const sha256 = await (purpose ? this.digestOfDigests() : digest(await this.file.arrayBuffer()));
    const about = new URLSearchParams({ organisation: this.words.organisation, size: this.file.size, sha256, purpose });
    let { upload, received, piece } = await this.ask("", { body: about });
    while (received < this.file.size) {
      if (turn !== this.turn) return;
      this.show(received);
      const body = await this.file.slice(received, received + piece).arrayBuffer();
      const headers = { "Content-Type": "application/octet-stream", "X-Piece-SHA256": await digest(body) };
      ({ received } = await this.ask(`${upload}/${received}`, { body, headers }));
      progressed();
    }
    this.show(received);
    this.say(this.words.checking);
    await this.ask(`${upload}/finish`, {});
    if (turn === this.turn) this.finish(upload);
  }

  // A data file may be larger than the memory of a phone: each piece is read and let go.
  async digestOfDigests() {
    const digests = [];
    for (let at = 0; at < this.file.size; at += DATA_PIECE) {
      const piece = await this.file.slice(at, at + DATA_PIECE).arrayBuffer();
      digests.push(new Uint8Array(await crypto.subtle.digest("SHA-256", piece)));
    }
    return digest(await new Blob(digests).arrayBuffer());
  }

  // A wrong offset (409) carries the right one, so it is an answer like any other.
  async ask(path, { body, headers = {} }) {
    const token = this.form.querySelector("[name=csrf_token]").value;
    const answer = await fetch(this.words.upload + path, {
      method: "POST",
      body,
      redirect: "manual",
      headers: { ...headers, "X-CSRFToken": token },
    });
    if (answer.type === "opaqueredirect") throw new SignedOut();
    const told = await answer.json().catch(() => ({}));
    if (told.problem) throw new Refused(told.problem);
    if (told.received === undefined && told.upload === undefined) throw new Error(answer.status);
    return told;
  }

  rest(seconds) {
    return new Promise((wake) => {
      this.wake = wake;
      setTimeout(wake, seconds * 1000);
    });
  }

  finish(upload) {
    this.busy = false;
    this.result.value = upload;
    this.input.value = ""; // the form must not send the file once more
    this.buttons();
    this.say(`${this.file.name}: ${this.words.ready}`); // the emptied field says that no file is chosen
  }

  refuse(words) {
    this.busy = false;
    this.input.value = "";
    this.bar.value = 0;
    this.mark(true);
    this.buttons();
    this.say(words);
    this.input.focus();
  }

  buttons() {
    this.pause.hidden = !this.busy;
    this.more.hidden = !this.halted;
  }

  show(received) {
    const done = this.file.size ? received / this.file.size : 0;
    this.bar.value = Math.round(done * 100);
    const words = this.words.sending.replace("{done}", megabytes(received));
    this.say(words.replace("{total}", megabytes(this.file.size)));
  }

  mark(wrong) {
    this.bar.hidden = wrong;
    this.status.classList.toggle("error", wrong);
  }

  say(words) {
    if (this.status.textContent !== words) this.status.textContent = words;
  }
}

// Without HTTPS a browser computes no digests; then the plain field works as it is.
if (globalThis.crypto?.subtle) document.querySelectorAll("[data-upload]").forEach((box) => new Sending(box));
