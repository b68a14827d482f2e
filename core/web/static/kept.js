// What a phone keeps of what people type: sealed with a key that only their own sign-in is given.
// Plain are only: a random id, a code for the owner, and the day. The key leaves with the sign-in.

const LIFE = 30 * 24 * 3600 * 1000; // ms that a draft lives on the phone
const [DATA, KEYS] = ["kept", "keys"];
const KEY_ID = "mine";

const done = (request) =>
  new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });

function finished(change) {
  return new Promise((resolve, reject) => {
    change.oncomplete = resolve;
    change.onerror = change.onabort = () => reject(change.error ?? new Error("aborted"));
  });
}

const bytes = (hex) => Uint8Array.from(hex.match(/../g), (pair) => parseInt(pair, 16));
const bound = (row) => new TextEncoder().encode(`${row.id}|${row.owner}|${row.at}`);

export class Kept {
  // Raises if the browser refuses to keep anything.
  static async open() {
    const opening = indexedDB.open("camove", 1);
    opening.onupgradeneeded = () => {
      opening.result.createObjectStore(DATA, { keyPath: "id" });
      opening.result.createObjectStore(KEYS, { keyPath: "id" });
    };
    const kept = new Kept();
    kept.database = await done(opening);
    kept.database.onversionchange = () => kept.database.close();
    await kept.expire();
    return kept;
  }

  // `strict`: an answer that was kept survives the battery too.
  async change(store, act) {
    const change = this.database.transaction(store, "readwrite", { durability: "strict" });
    const end = finished(change);
    act(change.objectStore(store));
    await end;
  }

  rows() {
    return done(this.database.transaction(DATA).objectStore(DATA).getAll());
  }

  // Whether drafts can be read here. An empty form from the cache knows nobody: it uses the key that is here.
  async unlock({ person, empty, key }) {
    const held = await done(this.database.transaction(KEYS).objectStore(KEYS).get(KEY_ID));
    const holds = held && held.until > Date.now() && (empty || held.owner === person);
    if (held && !holds) await this.lock();
    if (holds) this.take(held);
    else if (person) await this.fetchKey(key);
    return Boolean(this.key);
  }

  async fetchKey(address) {
    const answer = await fetch(address, { redirect: "error" });
    if (!answer.ok) throw new Error(answer.status);
    const given = await answer.json();
    const key = await crypto.subtle.importKey("raw", bytes(given.key), "AES-GCM", false, ["encrypt", "decrypt"]);
    const held = { id: KEY_ID, owner: given.owner, until: given.until, key };
    await this.change(KEYS, (store) => store.put(held));
    this.take(held);
  }

  take({ owner, key }) {
    [this.owner, this.key] = [owner, key];
  }

  // After this, what is kept is noise until the same person signs in again.
  async lock() {
    this.key = null;
    await this.change(KEYS, (store) => store.clear());
  }

  async put(record) {
    const row = { id: record.id, owner: this.owner, at: Date.now() };
    record.at = row.at;
    const iv = crypto.getRandomValues(new Uint8Array(12));
    const plain = new TextEncoder().encode(JSON.stringify(record));
    row.sealed = await crypto.subtle.encrypt({ name: "AES-GCM", iv, additionalData: bound(row) }, this.key, plain);
    row.iv = iv;
    await this.change(DATA, (store) => store.put(row));
  }

  // Own records, in the order in which they were made.
  async all() {
    const mine = (await this.rows()).filter((row) => row.owner === this.owner);
    const read = await Promise.all(mine.map((row) => this.read(row).catch(() => null)));
    return read.filter(Boolean).sort((one, two) => one.order - two.order);
  }

  async read(row) {
    const how = { name: "AES-GCM", iv: row.iv, additionalData: bound(row) };
    const plain = await crypto.subtle.decrypt(how, this.key, row.sealed);
    return { ...JSON.parse(new TextDecoder().decode(plain)), at: row.at };
  }

  remove(id) {
    return this.change(DATA, (store) => store.delete(id));
  }

  async expire() {
    const old = (await this.rows()).filter((row) => row.at < Date.now() - LIFE);
    if (old.length) await this.change(DATA, (store) => old.forEach((row) => store.delete(row.id)));
  }

  // All of this person: of others there is only noise, which waits for them.
  async erase() {
    const held = await done(this.database.transaction(KEYS).objectStore(KEYS).get(KEY_ID));
    const owner = this.owner ?? held?.owner;
    const mine = (await this.rows()).filter((row) => row.owner === owner);
    await this.change(DATA, (store) => mine.forEach((row) => store.delete(row.id)));
    await this.lock();
  }
}
