// Enhancement only: every page works without this file.

const SENT_FOR = 8000; // ms: long enough for a slow link, short enough to try again after a failure
const EXIT_WITHIN = 5000; // ms for three presses of Shift
const EXIT_WAITS = 500; // ms at most until the page is left

function focusErrors() {
  document.getElementById("error-summary")?.focus();
}

// A second press while the first is under way would send the report twice.
function sendOnce(event) {
  const form = event.target;
  if (form.method !== "post" || event.defaultPrevented) return;
  const sent = Number(form.dataset.sent || 0);
  if (Date.now() - sent < SENT_FOR) event.preventDefault();
  else form.dataset.sent = Date.now();
}

// What was typed is erased first, if that is quick. Without a network the sign-in is ended at the next page.
async function leave(address) {
  document.documentElement.hidden = true;
  remember("camove-exit", "1");
  const waits = [];
  document.dispatchEvent(new CustomEvent("camove:exit", { detail: waits }));
  await Promise.race([Promise.allSettled(waits), new Promise((over) => setTimeout(over, EXIT_WAITS))]);
  window.location.replace(address);
}

// Both give "" where the browser keeps nothing.
function remembered(name) {
  try {
    return localStorage.getItem(name) ?? "";
  } catch {
    return "";
  }
}

function remember(name, value) {
  try {
    localStorage.setItem(name, value);
  } catch {
    return "";
  }
}

async function openPhone() {
  const box = document.querySelector("[data-phone]");
  if (!box) return;
  const { form, person } = JSON.parse(box.dataset.phone);
  if (remembered("camove-exit")) {
    remember("camove-exit", "");
    if (person) return window.location.replace(box.dataset.leave);
  }
  if (form || remembered("camove")) await import(box.dataset.script);
}

// `replace` keeps the page we leave out of the way back.
function watchExit() {
  const exit = document.querySelector("[data-exit]");
  if (!exit) return;
  let presses = [];
  exit.addEventListener("click", (event) => {
    event.preventDefault();
    leave(exit.href);
  });
  document.addEventListener("keydown", (event) => {
    if (event.repeat) return;
    const now = Date.now();
    presses = event.key === "Shift" ? [...presses, now].filter((at) => now - at < EXIT_WITHIN) : [];
    if (presses.length === 3) leave(exit.href);
  });
}

function offerCopies() {
  if (!navigator.clipboard) return;
  for (const button of document.querySelectorAll("[data-copy]")) {
    const box = button.closest(".copy");
    button.hidden = false;
    button.addEventListener("click", async () => {
      await navigator.clipboard.writeText(box.querySelector("code").textContent);
      box.querySelector("[role=status]").textContent = button.dataset.copy;
      button.firstChild.textContent = button.dataset.copy;
    });
  }
}

// `data-swap="#id"` on a GET form: fetch the page it leads to and take over only that fragment.
async function swap(event) {
  const form = event.target;
  const target = form.dataset.swap && document.querySelector(form.dataset.swap);
  if (!target || form.method !== "get") return;
  event.preventDefault();
  const address = new URL(form.action);
  address.search = new URLSearchParams(new FormData(form, event.submitter ?? undefined));
  target.setAttribute("aria-busy", "true");
  try {
    const answer = await fetch(address, { headers: { Accept: "text/html" } });
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const fragment = page.querySelector(form.dataset.swap);
    if (!fragment) throw new Error("the answer lacks the fragment");
    target.replaceWith(fragment);
    document.title = page.title;
    history.pushState({ swapped: true }, "", address);
  } catch {
    window.location.assign(address);
  }
}

function refreshSwapped() {
  if (document.querySelector("[data-swap]")) window.addEventListener("popstate", () => window.location.reload());
}

// WebAuthn: the page carries the options as JSON, the form carries the answer of the key back.
const toBytes = (text) =>
  Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (letter) => letter.charCodeAt(0));
const toText = (buffer) =>
  btoa(String.fromCharCode(...new Uint8Array(buffer))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=/g, "");
const known = (list) => (list ?? []).map((each) => ({ ...each, id: toBytes(each.id) }));

function keyOptions(json) {
  const options = JSON.parse(json);
  options.challenge = toBytes(options.challenge);
  if (options.user) options.user.id = toBytes(options.user.id);
  if (options.excludeCredentials) options.excludeCredentials = known(options.excludeCredentials);
  if (options.allowCredentials) options.allowCredentials = known(options.allowCredentials);
  return { publicKey: options };
}

function keyAnswer(found) {
  const response = {};
  for (const name of ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"])
    if (found.response[name]) response[name] = toText(found.response[name]);
  return JSON.stringify({ id: found.id, rawId: found.id, type: found.type, response, clientExtensionResults: {} });
}

async function askKey(event) {
  const form = event.target;
  const box = form.closest("[data-key]");
  if (form.elements.answer.value || !form.reportValidity()) return;
  event.preventDefault();
  const status = box.querySelector("[role=status]");
  status.textContent = "";
  try {
    const found = await navigator.credentials[box.dataset.key](keyOptions(box.dataset.options));
    form.elements.answer.value = keyAnswer(found);
    form.requestSubmit();
  } catch {
    status.textContent = status.dataset.failed;
  }
}

// On the form itself, so that it comes before `sendOnce`, which must count the second submission only.
function offerKeys() {
  for (const form of document.querySelectorAll("[data-key] form")) form.addEventListener("submit", askKey);
}

document.addEventListener("submit", sendOnce);
document.addEventListener("submit", swap);
// A page that the browser kept alive must not remember that its form was sent.
window.addEventListener("pageshow", () => document.querySelectorAll("form[data-sent]").forEach((f) => delete f.dataset.sent));
focusErrors();
watchExit();
offerCopies();
offerKeys();
refreshSwapped();
openPhone();
