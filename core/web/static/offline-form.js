// One form of an intake page: keeps what is typed, queues what is sent, compares two versions.

let phone, told, words, here, read, same, element, button; // what offline.js shares with its parts
const PAUSE = 400; // ms without a key before what is typed is kept

function fill(form, fields) {
  for (const control of form.elements) {
    if (!control.name || phone.OURS.includes(control.name) || ["submit", "file", "hidden"].includes(control.type)) continue;
    const values = fields.filter(([name]) => name === control.name).map(([, value]) => value);
    if (["checkbox", "radio"].includes(control.type)) {
      control.checked = values.includes(control.value);
      if (control.checked) control.closest("details")?.setAttribute("open", "");
    } else control.value = values[0] ?? "";
  }
}

const wordsOf = (node) => {
  const copy = node.cloneNode(true);
  copy.querySelectorAll(".optional, .hint").forEach((each) => each.remove());
  return copy.textContent.trim();
};

// Questions and answers as people read them.
function answers(form) {
  const found = new Map();
  const add = (question, answer) => found.set(question, [found.get(question), answer].filter(Boolean).join("; "));
  for (const control of form.elements) {
    // `labels` is empty in a copy.
    const named = control.id && form.querySelector(`label[for="${control.id}"]`);
    if (!named || phone.OURS.includes(control.name) || control.type === "file") continue;
    const label = wordsOf(named);
    if (!["checkbox", "radio"].includes(control.type))
      add(label, control.selectedOptions?.[0]?.textContent ?? control.value);
    else if (control.checked) add(wordsOf(control.closest("fieldset")?.querySelector("legend") ?? named), label);
  }
  return [...found].filter(([, answer]) => answer);
}

class Form {
  constructor(form) {
    this.form = form;
    this.meta = JSON.parse(form.dataset.keep);
    const served = form.cloneNode(true);
    served.reset();
    this.base = read(served);
    this.served = answers(served);
    this.record = this.meta.fresh ? undefined : phone.rows.find((row) => row.place === here);
  }

  async start() {
    if (this.meta.fresh && told.empty) this.form.elements[this.meta.fresh].value = phone.draft();
    this.giveBack(document.querySelector("[data-sent]"));
    const early = this.early();
    if (this.record) await this.resume(early);
    if (early.length && !this.meta.fresh) this.soon();
    this.form.addEventListener("input", () => this.soon());
    document.addEventListener("visibilitychange", () => document.hidden && this.keep());
    window.addEventListener("pagehide", () => this.keep());
    this.form.addEventListener("submit", (event) => this.submit(event));
  }

  // What was sent before this script could take it.
  giveBack(sent) {
    if (sent) fill(this.form, JSON.parse(sent.textContent));
    sent?.remove();
  }

  // What was typed before this script came.
  early() {
    const typed = read(this.form);
    const of = (fields, name) => fields.filter((each) => each[0] === name);
    return [...typed, ...this.base].map(([name]) => name).filter((name) => !same(of(typed, name), of(this.base, name)));
  }

  // The page may show the answer to a form that was just sent; else it shows what is saved.
  async resume(early) {
    const record = this.record;
    // Without fields it is a press that waits.
    if (!record.fields.length) return record.state === "queued" && !this.meta.status ? null : this.forget();
    if (this.meta.status) {
      Object.assign(record, { state: "typed", fields: this.base, shown: this.served, tried: false });
      return phone.kept.put(record);
    }
    const typed = read(this.form).filter(([name]) => early.includes(name));
    record.fields = record.fields.filter(([name]) => !early.includes(name)).concat(typed);
    if (same(this.base, record.fields)) return record.state === "queued" ? null : this.forget();
    if (!told.empty && !same(this.base, record.base)) return record.state === "queued" ? null : this.compare();
    fill(this.form, record.fields);
    if (record.state !== "queued") this.remark();
  }

  remark() {
    const when = new Date(this.record.at).toLocaleString(document.documentElement.lang);
    const note = element("div", "", element("p", words.restored.replace("{when}", when)));
    note.className = "notice info";
    note.append(button(words.forget, async () => {
      fill(this.form, this.base);
      await this.forget();
      note.remove();
    }));
    this.form.before(note);
  }

  async forget() {
    const record = this.record;
    this.record = null;
    phone.dirty = false;
    await phone.kept.remove(record.id);
    await phone.show();
  }

  // Both versions; nothing is lost until the person has chosen.
  compare() {
    this.form.hidden = true;
    const [theirs, mine] = [new Map(this.served), new Map(this.record.shown)];
    const list = element("dl");
    list.className = "definition";
    for (const question of new Set([...theirs.keys(), ...mine.keys()])) {
      if (theirs.get(question) === mine.get(question)) continue;
      const saved = element("dd", `${words.theirs}: ${theirs.get(question) ?? words.empty}`);
      const typed = element("dd", `${words.mine}: ${mine.get(question) ?? words.empty}`);
      list.append(element("div", "", element("dt", question), saved, typed));
    }
    const actions = element("div", "", button(words.use_mine, () => this.settle(true)), button(words.use_theirs, () => this.settle(false)));
    actions.className = "actions";
    this.panel = element("section", "", element("p", words.conflict), list, actions);
    this.panel.className = "panel";
    this.panel.tabIndex = -1;
    this.form.before(this.panel);
  }

  async settle(mine) {
    if (mine) {
      fill(this.form, this.record.fields);
      Object.assign(this.record, { base: this.base, state: "typed", tried: false });
      await phone.kept.put(this.record);
    } else await this.forget();
    this.panel.remove();
    this.form.hidden = false;
    this.form.querySelector("input:not([type=hidden]), select, textarea")?.focus();
    await phone.show();
  }

  soon() {
    phone.dirty = true;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.keep(), PAUSE);
  }

  async keep() {
    if (!phone.dirty || this.busy || this.form.hidden) return;
    clearTimeout(this.timer);
    try {
      if (same(read(this.form), this.base) && !told.empty) return this.record && (await this.forget());
      await this.put("typed");
      phone.tell(words.typed);
    } catch {
      phone.tell(words.refused);
    }
  }

  async put(state, submitter) {
    const { form, meta } = this;
    const fields = read(form, submitter);
    const next = meta[submitter?.name] ?? meta.next;
    this.record ??= { id: crypto.randomUUID(), order: Date.now(), place: here, base: this.base };
    Object.assign(this.record, { state, fields, next, title: meta.title, shown: answers(form), fallback: meta.fallback });
    Object.assign(this.record, { group: phone.groupOf(`${here} ${next}`), item: crypto.randomUUID(), tried: false, fresh: meta.fresh });
    await phone.kept.put(this.record);
    navigator.storage?.persist?.().catch(() => {});
  }

  // Kept first, then sent.
  async submit(event) {
    event.preventDefault();
    if (this.busy) return;
    this.busy = true;
    const { form } = this;
    try {
      await this.put("queued", event.submitter);
      if (this.meta.whole) await this.include();
    } catch {
      return this.native(event.submitter);
    }
    if (told.empty || !navigator.onLine) return location.assign(this.record.next);
    this.hide("item", this.record.item);
    this.record.tried = true;
    await phone.kept.put(this.record);
    this.native(event.submitter);
  }

  // What was typed and not yet continued from goes along.
  async include() {
    for (const row of await phone.kept.all())
      if (row.group === this.record.group && row.state === "typed") await phone.kept.put({ ...row, state: "queued" });
  }

  native(submitter) {
    if (submitter?.name) this.hide(submitter.name, submitter.value);
    this.form.submit();
  }

  hide(name, value) {
    const input = element("input");
    Object.assign(input, { type: "hidden", name, value });
    this.form.append(input);
  }
}

export async function start(shared) {
  phone = shared;
  ({ told, words, here, read, same, element, button } = phone);
  for (const form of document.querySelectorAll("form[data-keep]")) await new Form(form).start();
}
