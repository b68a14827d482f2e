// The empty forms: they know neither the draft nor what is in it.

let phone, told, here, draft, element, addressOf; // what offline.js shares with its parts

export function address(shared) {
  phone = shared;
  ({ told, here, draft, element, addressOf } = phone);
  told.fresh = crypto.randomUUID();
  const real = (text) => text.replaceAll(told.nowhere, draft());
  for (const link of document.querySelectorAll("main a[href]")) link.setAttribute("href", real(link.getAttribute("href")));
  for (const form of document.querySelectorAll("form[data-keep]")) form.dataset.keep = real(form.dataset.keep);
}

// What was added to a draft: as the server last told, and as it stands here.
function listed(name) {
  const note = phone.rows.find((row) => row.note && row.group === draft());
  const found = [...(note?.lists[name] ?? [])];
  for (const row of phone.rows) {
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
    for (const row of phone.rows.filter((each) => each.group === draft() && each.shown?.length)) {
      const list = element("dl");
      list.className = "definition";
      list.append(...row.shown.map(([question, answer]) => element("div", "", element("dt", question), element("dd", answer))));
      const link = element("a", row.title);
      link.href = addressOf(row.place);
      place.append(element("h2", "", link), list);
    }
}

export function offer() {
  offerLists();
  offerAnswers();
}
