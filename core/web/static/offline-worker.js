// The service worker: pages come from the network; without one, intake forms come empty from the cache.
// It keeps no page that anybody was shown: only empty forms, fetched without a cookie, and our own files.

const AWAY = [502, 504]; // what a proxy says when the site does not answer
const PARTS = ["script", "style"];
const NOWHERE = "00000000-0000-0000-0000-000000000000"; // stands for the draft in an empty form
const ID = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/;

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const address = new URL(request.url);
  if (address.origin !== self.location.origin) return;
  if (request.mode === "navigate") event.respondWith(page(request, address));
  else if (address.pathname.startsWith("/static/")) event.respondWith(file(request));
  else if (PARTS.includes(request.destination)) event.respondWith(part(request));
});

// Files of plugins have no version in their address: the cached one is for want of a network only.
async function part(request) {
  try {
    return await fetch(request);
  } catch (error) {
    const found = await caches.match(request.url);
    if (found) return found;
    throw error;
  }
}

async function file(request) {
  return (await caches.match(request.url)) ?? fetch(request);
}

async function page(request, address) {
  const copy = request.clone(); // what is sent can be read once only
  try {
    const answer = await fetch(request);
    if (!AWAY.includes(answer.status)) return answer;
    return (await without(copy, address)) ?? answer;
  } catch (error) {
    const found = await without(copy, address);
    if (found) return found;
    throw error;
  }
}

// A form that could not be sent is in the store of the page already: show its page again, marked. One without an item
// was sent before the script of its page could keep it: give back what was typed.
async function without(request, address) {
  if (request.method !== "GET") {
    const form = await empty(address.pathname);
    if (!form) return null;
    const sent = [...(await request.formData())].filter(([, value]) => typeof value === "string");
    if (!sent.some(([name]) => name === "item")) return holding(form, sent);
    address.searchParams.set("kept", "1");
    return Response.redirect(address, 303);
  }
  if (address.pathname.endsWith("/account/quick-exit")) {
    const away = await caches.match("/offline/exit");
    return away && Response.redirect(await away.text(), 302);
  }
  return empty(address.pathname);
}

async function holding(form, sent) {
  const held = JSON.stringify(sent).replaceAll("<", "\\u003c");
  const part = `<script type="application/json" data-sent>${held}</script></main>`;
  return new Response((await form.text()).replace("</main>", () => part), { headers: form.headers });
}

async function empty(path) {
  for (const name of await caches.keys()) {
    const cache = await caches.open(name);
    for (const { url } of await cache.keys()) {
      const pattern = decodeURI(new URL(url).pathname);
      if (pattern.startsWith("/offline/form/") && fits(pattern.slice("/offline/form".length), path))
        return addressed(await cache.match(url), path);
    }
  }
  return null;
}

// Here and not in the page's script: whoever presses a link before that runs must not leave the draft.
async function addressed(form, path) {
  const draft = path.match(ID)?.[0];
  return draft ? new Response((await form.text()).replaceAll(NOWHERE, draft), { headers: form.headers }) : form;
}

function fits(pattern, path) {
  const [wanted, given] = [pattern.split("/"), path.split("/")];
  return wanted.length === given.length && wanted.every((part, n) => part === given[n] || (part === "*" && given[n]));
}
