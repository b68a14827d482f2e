// Intake forms without the network: keeps what is typed, queues what is sent. `camove.js` loads it where it is needed.

const box = document.querySelector("[data-phone]");
const told = JSON.parse(box.dataset.phone);
const { words } = told;
const PAUSE = 400; // ms without a key before what is typed is kept
const AGAIN = 30_000; // ms before the queue is tried once more
const OURS = ["csrf_token", "revision", "item"]; // fields of the page, not of the person
const ID = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/;

const ownQueue = told.keeps === false; // the page keeps by its own script

class SignedOut extends Error {}

const status = box.querySelector("[role=status]");
const say = (text) => status.textContent !== text && (status.textContent = text);
const tell = (text) => (box.querySelector("[data-state]").textContent = text);
const placeOf = (address) => new URL(address, location).pathname.replace(/^\/[a-z]{2}\//, "/");
const addressOf = (place) => `/${location.pathname.split("/")[1]}${place}`;
const groupOf = (text) => text.match(ID)?.[0] ?? text;
const here = placeOf(location);
const same = (one, two) => JSON.stringify([...(one ?? [])].sort()) === JSON.stringify([...(two ?? [])].sort());
const draft = () => here.match(ID)?.[0] ?? told.fresh;

let kept;
let rows = [];
let dirty = false;
let touched = false; // not loaded anew under somebody's hands

function element(name, text, ...children) {
  const made = document.createElement(name);
  if (text) made.textContent = text;
  made.append(...children);
  return made;
}

function button(text, act) {
  const made = element("button", text);
  made.type = "button";
  made.className = "button secondary";
  made.addEventListener("click", act);
  return made;
}

// ---- reading and filling a form

function read(form, submitter) {
  const pairs = [...new FormData(form)];
  if (submitter?.name) pairs.push([submitter.name, submitter.value]);
  return pairs.filter(([name, value]) => !OURS.includes(name) && typeof value === "string" && value !== "");
}

function fill(form, fields) {
  for (const control of form.elements) {
    if (!control.name || OURS.includes(control.name) || ["submit", "file", "hidden"].includes(control.type)) continue;
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
    if (!named || OURS.includes(control.name) || control.type === "file") continue;
    const label = wordsOf(named);
    if (!["checkbox", "radio"].includes(control.type))
      add(label, control.selectedOptions?.[0]?.textContent ?? control.value);
    else if (control.checked) add(wordsOf(control.closest("fieldset")?.querySelector("legend") ?? named), label);
  }
  return [...found].filter(([, answer]) => answer);
}

// ---- one form of this page

class Form {
  constructor(form) {
    this.form = form;
    this.meta = JSON.parse(form.dataset.keep);
    const served = form.cloneNode(true);
    served.reset();
    this.base = read(served);
    this.served = answers(served);
    this.record = this.meta.fresh ? undefined : rows.find((row) => row.place === here);
  }

  async start() {
    if (this.meta.fresh && told.empty) this.form.elements[this.meta.fresh].value = draft();
    const early = this.early();
    if (this.record) await this.resume(early);
    if (early.length && !this.meta.fresh) this.soon();
    this.form.addEventListener("input", () => this.soon());
    document.addEventListener("visibilitychange", () => document.hidden && this.keep());
    window.addEventListener("pagehide", () => this.keep());
    this.form.addEventListener("submit", (event) => this.submit(event));
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
      return kept.put(record);
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
    dirty = false;
    await kept.remove(record.id);
    await show();
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
      await kept.put(this.record);
    } else await this.forget();
    this.panel.remove();
    this.form.hidden = false;
    this.form.querySelector("input:not([type=hidden]), select, textarea")?.focus();
    await show();
  }

  soon() {
    dirty = true;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.keep(), PAUSE);
  }

  async keep() {
    if (!dirty || this.busy || this.form.hidden) return;
    clearTimeout(this.timer);
    try {
      if (same(read(this.form), this.base) && !told.empty) return this.record && (await this.forget());
      await this.put("typed");
      tell(words.typed);
    } catch {
      tell(words.refused);
    }
  }

  async put(state, submitter) {
    const { form, meta } = this;
    const fields = read(form, submitter);
    const next = meta[submitter?.name] ?? meta.next;
    this.record ??= { id: crypto.randomUUID(), order: Date.now(), place: here, base: this.base };
    Object.assign(this.record, { state, fields, next, title: meta.title, shown: answers(form), fallback: meta.fallback });
    Object.assign(this.record, { group: groupOf(`${here} ${next}`), item: crypto.randomUUID(), tried: false, fresh: meta.fresh });
    await kept.put(this.record);
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
    await kept.put(this.record);
    this.native(event.submitter);
  }

  // What was typed and not yet continued from goes along.
  async include() {
    for (const row of await kept.all())
      if (row.group === this.record.group && row.state === "typed") await kept.put({ ...row, state: "queued" });
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

// ---- the empty forms: they know neither the draft nor what is in it

function address() {
  told.fresh = crypto.randomUUID();
  const real = (text) => text.replaceAll(told.nowhere, draft());
  for (const link of document.querySelectorAll("main a[href]")) link.setAttribute("href", real(link.getAttribute("href")));
  for (const form of document.querySelectorAll("form[data-keep]")) form.dataset.keep = real(form.dataset.keep);
}

// What was added to a draft: as the server last told, and as it stands here.
function listed(name) {
  const note = rows.find((row) => row.note && row.group === draft());
  const found = [...(note?.lists[name] ?? [])];
  for (const row of rows) {
    const [place, number] = row.place?.split(`/${name}/`) ?? [];
    if (number && place.includes(draft())) found[Number(number)] = `${Number(number) + 1}. ${row.shown[0]?.[1] ?? ""}`;
  }
  return found;
}

function offerLists() {
  for (const list of document.querySelectorAll("[data-list]")) {
    const name = list.dataset.list;
    const found = listed(name);
    if (!found.length) return location.replace(`${addressOf(here)}0`);
    found.forEach((text, number) => {
      const link = element("a", text || `${number + 1}.`);
      link.href = addressOf(here) + number;
      list.append(element("li", "", link));
    });
    for (const link of document.querySelectorAll("main a[href$='/0']")) link.href = addressOf(here) + found.length;
  }
  for (const form of document.querySelectorAll("form[data-keep]"))
    for (const [field, name] of Object.entries(JSON.parse(form.dataset.keep).choices ?? {})) offerChoices(form, field, listed(name));
}

function offerChoices(form, field, texts) {
  const group = form.querySelector(`#${field} .choices`);
  const select = form.querySelector(`select#${field}`);
  texts.forEach((text, number) => {
    if (select) return select.add(new Option(text, number));
    const input = element("input");
    Object.assign(input, { type: "checkbox", name: field, value: number, id: `${field}-${number}` });
    const label = element("label", text);
    label.htmlFor = input.id;
    const choice = element("div", "", input, label);
    choice.className = "choice";
    group.append(choice);
  });
}

function offerAnswers() {
  for (const place of document.querySelectorAll("[data-kept]"))
    for (const row of rows.filter((each) => each.group === draft() && each.shown?.length)) {
      const list = element("dl");
      list.className = "definition";
      list.append(...row.shown.map(([question, answer]) => element("div", "", element("dt", question), element("dd", answer))));
      const link = element("a", row.title);
      link.href = addressOf(row.place);
      place.append(element("h2", "", link), list);
    }
}

async function remember() {
  if (!told.draft) return;
  const old = rows.find((row) => row.note && row.group === told.draft.id);
  const note = { id: crypto.randomUUID(), order: 0, note: true, group: told.draft.id, ...old, lists: told.draft.lists };
  if (!told.draft.open) return old && kept.remove(old.id);
  if (JSON.stringify(old?.lists) !== JSON.stringify(note.lists)) await kept.put(note);
}

// ---- the queue

async function show() {
  rows = await kept.all();
  const waiting = rows.filter((row) => row.state === "queued");
  const counter = box.querySelector("[data-queue]");
  counter.textContent = words.waiting.replace("{n}", waiting.length);
  counter.hidden = !waiting.length;
  const asks = rows.filter((row) => ["conflict", "mend", "stuck"].includes(row.state));
  box.querySelector("[data-asks]").replaceChildren(...asks.map(asking));
  box.querySelector("[data-clear]").hidden = (!told.form || ownQueue) && !rows.length;
  box.hidden = !told.form && !rows.some((row) => row.state) && !status.textContent;
}

function asking(row) {
  const link = element("a", row.title);
  link.href = addressOf(row.place);
  const item = element("li", "", link, `: ${words[row.state]}`);
  if (row.state !== "stuck") return item;
  const list = element("dl");
  list.append(...row.shown.map(([question, answer]) => element("div", "", element("dt", question), element("dd", answer))));
  item.append(list, button(words.forget, async () => {
    await kept.remove(row.id);
    await show();
  }));
  return item;
}

async function send() {
  const work = (lock) => lock && deliver();
  try {
    await (navigator.locks ? navigator.locks.request("camove-send", { ifAvailable: true }, work) : deliver());
  } catch (error) {
    if (error instanceof SignedOut) return signIn();
    say(words.offline);
    setTimeout(send, AGAIN);
  }
}

async function signIn() {
  await kept.lock();
  const link = element("a", words.sign_in);
  link.href = `${told.sign_in}?next=${encodeURIComponent(location.pathname)}`;
  status.replaceChildren(link);
  box.hidden = false;
}

async function deliver() {
  const held = new Set(); // what belongs to one draft goes in its order, or waits
  const gone = new Set();
  for (const row of await kept.all()) {
    if (row.note || row.state === "typed" || held.has(row.group)) continue;
    const outcome = row.state === "queued" ? await deliverOne(row) : row.state;
    if (outcome === "sent") {
      await kept.remove(row.id);
      gone.add(row.group);
    } else {
      held.add(row.group);
      if (outcome !== row.state) await kept.put({ ...row, state: outcome });
    }
    await show();
  }
  say(rows.some((row) => row.state && row.state !== "typed") ? "" : words.sent);
  if (!gone.size) return;
  if (gone.has(groupOf(here)) || told.empty) await renew();
}

async function deliverOne(row) {
  say(words.sending);
  if (row.tried && (await ask(told.received_at + row.item).then((answer) => answer.json())).received) return "sent";
  const { page, answer } = await load(addressOf(row.place));
  if (answer.status >= 500 || answer.status === 429) throw new Error(answer.status);
  const form = page.querySelector("form[data-keep]");
  if (!answer.ok || !form) return row.fields.length ? "stuck" : "sent";
  const saved = read(form);
  if (row.fields.length && !same(saved, row.base) && !same(saved, row.fields) && !row.fresh) return "conflict";
  row.tried = true;
  await kept.put(row);
  return judge(row, form);
}

async function judge(row, form) {
  let answer = await post(row, form, row.fields);
  if (answer.status === 422 && row.fallback) answer = await post(row, form, [...row.fields, row.fallback]);
  if (answer.ok) return "sent";
  if (answer.status >= 500 || answer.status === 429) throw new Error(answer.status);
  return { 422: "mend", 409: "conflict" }[answer.status] ?? "stuck";
}

function post(row, form, fields) {
  const ours = [...new FormData(form)].filter(([name]) => OURS.includes(name));
  const given = new Set(fields.map(([name]) => name));
  const left = [...new FormData(form)].filter(([name, value]) => !given.has(name) && !OURS.includes(name) && typeof value === "string");
  const blank = left.filter(([name]) => !["radio", "checkbox"].includes(form.querySelector(`[name="${name}"]`)?.type)).map(([name]) => [name, ""]);
  const body = new URLSearchParams([...fields, ...blank, ...ours, ["item", row.item]]);
  return ask(form.getAttribute("action") || addressOf(row.place), { method: "POST", body });
}

async function ask(address, options) {
  const answer = await fetch(address, options);
  if (placeOf(answer.url) === placeOf(told.sign_in)) throw new SignedOut();
  return answer;
}

async function load(address) {
  const answer = await ask(address);
  return { answer, page: new DOMParser().parseFromString(await answer.text(), "text/html") };
}

// What this page shows is older than what was sent from it.
async function renew() {
  const revision = document.querySelector("form[data-keep] [name=revision]");
  if (!dirty && (told.empty || !touched)) {
    sessionStorage.setItem("camove-sent", "1");
    return location.replace(location.pathname);
  }
  if (!revision || told.empty) return;
  const { page } = await load(location.pathname);
  revision.value = page.querySelector("form[data-keep] [name=revision]")?.value ?? revision.value;
}

// ---- the cache of empty forms

const CACHE = `camove-${told.version}`;

async function prepare() {
  await navigator.serviceWorker.register(told.worker, { scope: "/" });
  const cache = await caches.open(CACHE);
  for (const asset of told.assets) if (!(await cache.match(asset))) await cache.add(new Request(asset, { credentials: "omit" }));
  const marker = `/offline/told${told.forms}`;
  if (!(await cache.match(marker))) {
    const answer = await fetch(told.forms, { credentials: "omit" });
    const given = await answer.json();
    const headers = { "Content-Type": "text/html; charset=utf-8" };
    for (const name of ["Content-Security-Policy", "Permissions-Policy"]) headers[name] = answer.headers.get(name);
    const html = { headers };
    for (const [place, page] of Object.entries(given.forms)) await cache.put(`/offline/form${place}`, new Response(page, html));
    await cache.put("/offline/exit", new Response(told.exit));
    await cache.put(marker, new Response(""));
  }
  for (const name of await caches.keys()) if (name !== CACHE) await caches.delete(name);
  await navigator.serviceWorker.ready;
  box.querySelector("[data-ready]").textContent = words.ready;
}

async function dropCaches() {
  for (const name of (await globalThis.caches?.keys()) ?? []) await caches.delete(name);
}

// ---- beginning and end

function flag(on) {
  if (on) localStorage.setItem("camove", "1");
  else localStorage.removeItem("camove");
}

// Somebody who is not signed in sees nothing of what is kept, and its key is gone.
async function leave() {
  await kept.lock();
  await dropCaches();
  flag((await kept.rows()).length);
}

async function erase() {
  await kept.erase();
  await dropCaches();
  flag((await kept.rows()).length);
}

async function open() {
  const { Kept } = await import(told.kept);
  kept = await Kept.open();
  if (!told.person && !told.empty) return leave();
  document.addEventListener("camove:exit", (event) => event.detail.push(erase()));
  if (await kept.unlock(told)) return true;
  say(words.locked);
  document.querySelectorAll("form[data-keep]").forEach((form) => (form.hidden = true));
  return false;
}

async function begin() {
  if (!ownQueue) flag(true); // else every later page would bring this script for nothing
  rows = await kept.all();
  for (const row of rows.filter((each) => told.received.includes(each.item))) await kept.remove(row.id);
  rows = await kept.all();
  if (sessionStorage.getItem("camove-sent")) say(words.sent);
  sessionStorage.removeItem("camove-sent");
  if (told.empty) address();
  await remember();
  const waits = rows.find((row) => row.place === here && row.state === "queued");
  if (new URLSearchParams(location.search).has("kept") && waits) return location.replace(waits.next);
  if (told.empty) [offerLists(), offerAnswers()];
  for (const form of document.querySelectorAll("form[data-keep]")) await new Form(form).start();
  await show();
  box.querySelector("[data-clear] button").addEventListener("click", async () => {
    dirty = false;
    await erase();
    say(words.deleted);
    await show();
    if (told.form) setTimeout(() => location.reload(), 1500);
  });
  document.addEventListener("input", () => (touched = true));
  window.addEventListener("online", send);
  if (rows.some((row) => row.state === "queued")) await send();
  if (told.form && navigator.serviceWorker) await prepare();
}

async function main() {
  if (ownQueue && told.empty) return;
  if (told.form) box.hidden = false;
  try {
    if (await open()) await begin();
  } catch (error) {
    if (!kept?.key && told.form) say(words.refused);
  }
}

main();
