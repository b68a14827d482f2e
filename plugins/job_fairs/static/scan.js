// Enhancement only: the door goes on without a network, and opens without one. Each code is kept on this phone with an
// id and the time, and sent when the network is back; the site counts an id once. Codes only: no name is kept here.

const box = document.querySelector("[data-scan]");
const form = document.querySelector("[data-door] form");
const told = JSON.parse(box.dataset.scan);
const { words } = told;
const HERE = location.pathname.replace(/^\/[a-z]{2}\//, "/");
const [SCANS, CODES, DOOR] = ["scans", "codes", "door"].map((name) => `camove-${name}:${HERE}`);
const PATIENCE = 4_000; // ms to wait for the site before a code is kept here
const AGAIN = 20_000; // ms before the queue is tried once more
const STALE = 600_000; // ms after which the list of codes is asked for anew
const LIFE = 2 * 24 * 3_600_000; // ms that a list of codes stays on a phone
const { code: typed, door } = form.elements;
const alone = !form.elements.csrf_token?.value; // the copy from the cache, which belongs to nobody
let token = form.elements.csrf_token?.value;
let busy = false;
let looking = false; // the camera is on

class SignedOut extends Error {}

const read = (key, empty) => JSON.parse(localStorage.getItem(key) ?? empty);
const rows = () => read(SCANS, "[]");
const keep = (all) => (all.length ? localStorage.setItem(SCANS, JSON.stringify(all)) : localStorage.removeItem(SCANS));
const queue = () => rows().filter((row) => !row.reason);
const say = (text) => (box.querySelector("[data-said]").textContent = text); // of the code just read
const tell = (text) => (box.querySelector("[data-line]").textContent = text); // of the network
const digits = (text) => text.replace(/[\s-]/g, "");
const sound = (code) => /^\d{6}$/.test(code) && [...code].reduce((row, digit) => Number(told.table[row][digit]), 0) === 0;
const known = (code) => read(CODES, "null")?.codes.includes(code) ?? true;

function show() {
  const number = queue().length;
  box.hidden = false;
  box.querySelector("[data-number]").textContent = number ? words.waits.replace("{n}", number) : words.none;
  box.querySelector("ul").replaceChildren(...rows().filter((row) => row.reason).map(refused));
}

// What the site did not take stays here until a person has read it.
function refused(row) {
  const line = document.createElement("li");
  const button = document.createElement("button");
  Object.assign(button, { type: "button", className: "button quiet", textContent: words.seen });
  button.addEventListener("click", () => {
    keep(rows().filter((each) => each.id !== row.id));
    show();
  });
  line.append(`${row.code}: ${row.reason} `, button);
  return line;
}

async function ask(address, options) {
  const answer = await fetch(address, { redirect: "manual", ...options });
  if (answer.type === "opaqueredirect") throw new SignedOut();
  if (answer.status === 400) token = ""; // somebody has signed in anew meanwhile
  if (!answer.ok) throw new Error(answer.status);
  return answer;
}

async function freshToken() {
  const page = new DOMParser().parseFromString(await (await ask(location.pathname)).text(), "text/html");
  return page.querySelector("[data-door] [name=csrf_token]").value;
}

async function deliver(some) {
  token ||= await freshToken();
  const body = new FormData();
  body.set("csrf_token", token);
  body.set("scans", JSON.stringify(some));
  const reasons = await (await ask(told.to, { method: "POST", body })).json();
  keep(rows().flatMap((row) => (row.id in reasons ? (reasons[row.id] ? { ...row, reason: reasons[row.id] } : []) : row)));
}

async function send() {
  if (busy || !queue().length) return show();
  busy = true;
  try {
    while (queue().length) await deliver(queue().slice(0, told.most));
    tell(words.sent);
    if (alone && !rows().length && !typed.value && !looking) location.replace(location.pathname);
  } catch (error) {
    tell(error instanceof SignedOut ? words.signIn : words.offline);
  } finally {
    busy = false;
    show();
  }
}

// A phone may think that it is online where nothing answers, so the site itself is asked.
async function reached() {
  try {
    return (await fetch(location, { method: "HEAD", cache: "no-store", signal: AbortSignal.timeout(PATIENCE) })).ok;
  } catch {
    return false;
  }
}

function put(code, id) {
  keep([...rows(), { id, code, door: door.value, at: new Date().toISOString() }]);
  localStorage.setItem(DOOR, JSON.stringify(door.value));
}

function take(code) {
  typed.value = code;
  if (!sound(code)) {
    say(words.wrong);
    return typed.select();
  }
  try {
    put(code, crypto.randomUUID());
  } catch {
    return say(words.full);
  }
  typed.value = "";
  if (!looking) typed.focus();
  say((known(code) ? words.kept : words.strange).replace("{code}", code));
  show();
  send();
}

// Kept first, then sent by the page itself: if the line breaks on the way, the same id arrives later and counts once.
async function submit(event) {
  event.preventDefault();
  const code = digits(typed.value);
  if (alone || looking || queue().length || !(await reached())) return take(code);
  if (sound(code)) put(code, form.elements.scan_id.value);
  form.submit();
}

// The list of codes lets a phone that is alone say that it does not know one.
async function learn() {
  if (alone || Date.now() - (read(CODES, "null")?.at ?? 0) < STALE) return;
  const { codes } = await (await ask(told.codes)).json();
  localStorage.setItem(CODES, JSON.stringify({ at: Date.now(), codes }));
}

function forget() {
  for (const key of Object.keys(localStorage).filter((each) => each.startsWith("camove-codes:")))
    if (read(key, "null").at < Date.now() - LIFE) localStorage.removeItem(key);
}

async function offerCamera() {
  if (!("BarcodeDetector" in globalThis) || !navigator.mediaDevices) return;
  const { offer } = await import(told.camera);
  await offer(document.querySelector("[data-camera]"), words, say, (on) => (looking = on), (text) => take(digits(text)));
}

forget();
keep(rows().filter((row) => row.id !== told.answered));
if (alone) door.value ||= read(DOOR, '""');
form.addEventListener("submit", submit);
addEventListener("online", send);
setInterval(send, AGAIN);
send();
learn().catch(() => {});
offerCamera();
