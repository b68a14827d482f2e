// Enhancement only: the door goes on without a network. Each code is kept on this phone with an id and the time, and
// sent when the network is back; the site counts an id once. Codes only: no name is kept here.

const box = document.querySelector("[data-scan]");
const form = document.querySelector("[data-door] form");
const words = JSON.parse(box.dataset.scan);
const KEY = `camove-scans:${location.pathname.replace(/^\/[a-z]{2}\//, "/")}`;
const PATIENCE = 4_000; // ms to wait for the site before a code is kept here
const AGAIN = 20_000; // ms before the queue is tried once more
const TABLE = words.table;
let busy = false;

const queue = () => JSON.parse(localStorage.getItem(KEY) ?? "[]");
const keep = (rows) => (rows.length ? localStorage.setItem(KEY, JSON.stringify(rows)) : localStorage.removeItem(KEY));
const say = (text) => (box.querySelector("[role=status]").textContent = text);
const digits = (text) => text.replace(/[\s-]/g, "");
const sound = (code) => /^\d{6}$/.test(code) && [...code].reduce((row, digit) => Number(TABLE[row][digit]), 0) === 0;

function show() {
  const number = queue().length;
  box.hidden = false;
  box.querySelector("[data-number]").textContent = number ? words.waits.replace("{n}", number) : words.none;
}

function refuse(code, reason) {
  const line = document.createElement("li");
  line.textContent = `${code}: ${reason}`;
  box.querySelector("ul").append(line);
}

async function send() {
  const rows = queue();
  if (busy || !rows.length) return show();
  busy = true;
  try {
    const body = new FormData();
    body.set("csrf_token", form.elements.csrf_token.value);
    body.set("scans", JSON.stringify(rows));
    const answer = await fetch(box.dataset.to, { method: "POST", body, redirect: "manual" });
    if (answer.type === "opaqueredirect") return say(words.signIn);
    if (!answer.ok) throw new Error(answer.status);
    const told = await answer.json();
    for (const row of rows) if (told[row.id]) refuse(row.code, told[row.id]);
    keep(queue().filter((row) => !(row.id in told)));
    say(words.sent);
  } catch {
    say(words.offline);
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

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  const code = digits(form.elements.code.value);
  if (!queue().length && (await reached())) return form.submit();
  if (!sound(code)) {
    say(words.wrong);
    return form.elements.code.select();
  }
  keep([...queue(), { id: crypto.randomUUID(), code, door: form.elements.door.value, at: new Date().toISOString() }]);
  form.elements.code.value = "";
  form.elements.code.focus();
  say(words.kept.replace("{code}", code));
  show();
  send();
});

addEventListener("online", send);
setInterval(send, AGAIN);
send();
