// Suggests while somebody types into the search box: https://www.w3.org/WAI/ARIA/apg/patterns/combobox/
// The form works without; the address of the suggestions is beside that of the search.
const PAUSE_MS = 150;

for (const box of document.querySelectorAll("[role=search] input[type=search]")) upgrade(box);

function upgrade(box) {
  const list = document.createElement("ul");
  list.id = `${box.id || "search"}-suggestions`;
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", box.labels[0]?.textContent.trim() || box.getAttribute("aria-label"));
  list.className = "suggestions";
  list.hidden = true;
  box.after(list);
  const set = (names) => Object.entries(names).forEach(([name, value]) => box.setAttribute(name, value));
  set({ role: "combobox", autocomplete: "off", "aria-autocomplete": "list" });
  set({ "aria-controls": list.id, "aria-expanded": "false" });
  let chosen = -1;
  let waiting = 0;
  let asked = 0;

  const options = () => [...list.children];
  const close = () => {
    asked += 1; // an answer that is under way comes too late
    clearTimeout(waiting);
    list.hidden = true;
    chosen = -1;
    set({ "aria-expanded": "false" });
    box.removeAttribute("aria-activedescendant");
  };
  const choose = (number) => {
    const all = options();
    chosen = (number + all.length) % all.length;
    all.forEach((option, i) => option.setAttribute("aria-selected", String(i === chosen)));
    set({ "aria-activedescendant": all[chosen].id });
    all[chosen].scrollIntoView({ block: "nearest" });
  };
  const show = (found) => {
    list.replaceChildren(...found.map((one, i) => option(one, `${list.id}-${i}`)));
    chosen = -1;
    list.hidden = found.length === 0;
    set({ "aria-expanded": String(found.length > 0) });
    box.removeAttribute("aria-activedescendant");
  };
  const ask = async () => {
    const text = box.value.trim();
    if (!text) return close();
    const mine = (asked += 1);
    const address = new URL("suggest", box.form.action);
    address.searchParams.set("q", text);
    address.searchParams.set("lang", document.documentElement.lang);
    const nothing = { results: [] };
    const answer = await fetch(address).then((r) => (r.ok ? r.json() : nothing), () => nothing);
    if (mine === asked && document.activeElement === box) show(answer.results);
  };

  box.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(ask, PAUSE_MS);
  });
  box.addEventListener("blur", close);
  box.addEventListener("keydown", (event) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step && !list.hidden) choose(chosen < 0 && step < 0 ? -1 : chosen + step);
    else if (event.key === "Enter" && chosen >= 0) options()[chosen].click();
    else if (event.key === "Escape" && !list.hidden) close();
    else return;
    event.preventDefault();
  });
  list.addEventListener("mousedown", (event) => event.preventDefault()); // the box keeps the focus
  list.addEventListener("click", (event) => {
    const one = event.target.closest("[role=option]");
    if (!one) return;
    if (one.dataset.href) return location.assign(one.dataset.href);
    box.value = one.dataset.label;
    box.form.requestSubmit();
  });
}

function option(one, id) {
  const item = document.createElement("li");
  item.id = id;
  item.dataset.href = one.address;
  item.dataset.label = one.label;
  item.setAttribute("role", "option");
  item.setAttribute("aria-selected", "false");
  item.textContent = one.description ? `${one.label} – ${one.description}` : one.label;
  return item;
}
