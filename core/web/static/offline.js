// Intake forms without the network: keeps what is typed, queues what is sent. `camove.js` loads it where it is needed.

const box = document.querySelector("[data-phone]");
const told = JSON.parse(box.dataset.phone);
const { words } = told;
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

let touched = false; // not loaded anew under somebody's hands

// What the parts that are fetched for forms share with this one.
const phone = { told, words, here, OURS, kept: null, rows: [], dirty: false };
Object.assign(phone, { draft, same, read, element, button, tell, show, groupOf, addressOf });

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

function read(form, submitter) {
  const pairs = [...new FormData(form)];
  if (submitter?.name) pairs.push([submitter.name, submitter.value]);
  return pairs.filter(([name, value]) => !OURS.includes(name) && typeof value === "string" && value !== "");
}

async function remember() {
  if (!told.draft) return;
  const old = phone.rows.find((row) => row.note && row.group === told.draft.id);
  const note = { id: crypto.randomUUID(), order: 0, note: true, group: told.draft.id, ...old, lists: told.draft.lists };
  if (!told.draft.open) return old && phone.kept.remove(old.id);
  if (JSON.stringify(old?.lists) !== JSON.stringify(note.lists)) await phone.kept.put(note);
}

// ---- the queue

async function show() {
  phone.rows = await phone.kept.all();
  const waiting = phone.rows.filter((row) => row.state === "queued");
  const counter = box.querySelector("[data-queue]");
  counter.textContent = words.waiting.replace("{n}", waiting.length);
  counter.hidden = !waiting.length;
  const asks = phone.rows.filter((row) => ["conflict", "mend", "stuck"].includes(row.state));
  box.querySelector("[data-asks]").replaceChildren(...asks.map(asking));
  box.querySelector("[data-clear]").hidden = (!told.form || ownQueue) && !phone.rows.length;
  box.hidden = !told.form && !phone.rows.some((row) => row.state) && !status.textContent;
}

function asking(row) {
  const link = element("a", row.title);
  link.href = addressOf(row.place);
  const item = element("li", "", link, `: ${words[row.state]}`);
  if (row.state !== "stuck") return item;
  const list = element("dl");
  list.append(...row.shown.map(([question, answer]) => element("div", "", element("dt", question), element("dd", answer))));
  item.append(list, button(words.forget, async () => {
    await phone.kept.remove(row.id);
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
  await phone.kept.lock();
  const link = element("a", words.sign_in);
  link.href = `${told.sign_in}?next=${encodeURIComponent(location.pathname)}`;
  status.replaceChildren(link);
  box.hidden = false;
}

async function deliver() {
  const held = new Set(); // what belongs to one draft goes in its order, or waits
  const gone = new Set();
  for (const row of await phone.kept.all()) {
    if (row.note || row.state === "typed" || held.has(row.group)) continue;
    const outcome = row.state === "queued" ? await deliverOne(row) : row.state;
    if (outcome === "sent") {
      await phone.kept.remove(row.id);
      gone.add(row.group);
    } else {
      held.add(row.group);
      if (outcome !== row.state) await phone.kept.put({ ...row, state: outcome });
    }
    await show();
  }
  say(phone.rows.some((row) => row.state && row.state !== "typed") ? "" : words.sent);
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
  await phone.kept.put(row);
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
  if (!phone.dirty && (told.empty || !touched)) {
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
  await phone.kept.lock();
  await dropCaches();
  flag((await phone.kept.rows()).length);
}

async function erase() {
  await phone.kept.erase();
  await dropCaches();
  flag((await phone.kept.rows()).length);
}

async function open() {
  const wanted = { kept: true, form: document.querySelector("form[data-keep]"), empty: told.empty };
  const fetched = Object.keys(wanted).map((name) => wanted[name] && import(told.parts[name]));
  const [{ Kept }, form, empty] = await Promise.all(fetched);
  Object.assign(phone, { form, empty, kept: await Kept.open() });
  if (!told.person && !told.empty) return leave();
  document.addEventListener("camove:exit", (event) => event.detail.push(erase()));
  if (await phone.kept.unlock(told)) return true;
  say(words.locked);
  document.querySelectorAll("form[data-keep]").forEach((form) => (form.hidden = true));
  return false;
}

async function begin() {
  if (!ownQueue) flag(true); // else every later page would bring this script for nothing
  phone.rows = await phone.kept.all();
  for (const row of phone.rows.filter((each) => told.received.includes(each.item))) await phone.kept.remove(row.id);
  phone.rows = await phone.kept.all();
  if (sessionStorage.getItem("camove-sent")) say(words.sent);
  sessionStorage.removeItem("camove-sent");
  if (told.empty) phone.empty.address(phone);
  await remember();
  const waits = phone.rows.find((row) => row.place === here && row.state === "queued");
  if (new URLSearchParams(location.search).has("kept") && waits) return location.replace(waits.next);
  if (told.empty) phone.empty.offer();
  await phone.form?.start(phone);
  await show();
  box.querySelector("[data-clear] button").addEventListener("click", async () => {
    phone.dirty = false;
    await erase();
    say(words.deleted);
    await show();
    if (told.form) setTimeout(() => location.reload(), 1500);
  });
  document.addEventListener("input", () => (touched = true));
  window.addEventListener("online", send);
  if (phone.rows.some((row) => row.state === "queued")) await send();
  if (told.form && navigator.serviceWorker) await prepare();
}

async function main() {
  if (ownQueue && told.empty) return;
  if (told.form) box.hidden = false;
  try {
    if (await open()) await begin();
  } catch (error) {
    if (!phone.kept?.key && told.form) say(words.refused);
  }
}

main();
