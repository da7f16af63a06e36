// Keeps what is typed in this browser until it is sent: `data-draft` of a form says under which name. After a lost
// connection or an expired log-in the page offers it again; it goes when the form was taken, at log-out, and after two
// weeks. A form without `data-draft` is never kept. Pages work without it.
"use strict";
(() => {
  const { user } = document.body.dataset;
  const own = `draft:${user}:`;
  const AGE = 14 * 24 * 3600 * 1000;
  const read = (name) => {
    try { return JSON.parse(localStorage.getItem(name) ?? "{}"); } catch { return {}; }
  };
  const names = () => Object.keys(localStorage).filter((name) => name.startsWith("draft:"));
  // a device that several people use does not keep their words for ever
  names().filter((name) => !(Date.now() - read(name).at < AGE)).forEach((name) => localStorage.removeItem(name));

  const isTick = (field) => field.type === "checkbox" || field.type === "radio";
  const keyOf = (field) => (isTick(field) ? `${field.name}=${field.value}` : field.name);
  const chosen = (options) => JSON.stringify(options.map((option) => option.value));
  const valueOf = (field) => {
    if (isTick(field)) return String(field.checked);
    return field.tagName === "SELECT" ? chosen([...field.selectedOptions]) : field.value;
  };
  // as the page gave it
  const givenOf = (field) => {
    if (isTick(field)) return String(field.defaultChecked);
    if (field.tagName !== "SELECT") return field.defaultValue;
    const options = [...field.options].filter((option) => option.defaultSelected);
    return chosen(options.length || field.multiple ? options : [...field.options].slice(0, 1));
  };
  const put = (field, value) => {
    if (isTick(field)) field.checked = value === "true";
    else if (field.tagName === "SELECT") {
      const values = JSON.parse(value);
      [...field.options].forEach((option) => { option.selected = values.includes(option.value); });
    } else field.value = value;
    field.dispatchEvent(new Event("change", { bubbles: true }));
  };
  const told = (field, value) => {
    const label = field.labels?.[0]?.firstChild?.textContent.trim() ?? "";
    if (isTick(field)) return value === "true" ? label : "";
    if (field.tagName !== "SELECT") return value;
    const values = JSON.parse(value);
    const words = [...field.options].filter((option) => values.includes(option.value)).map((option) => option.text);
    return `${label}: ${words.join("; ")}`;
  };
  const UNKEPT = ["hidden", "file", "password", "submit", "search"];
  const typed = (form) => [...form.elements].filter((field) =>
    field.name && !field.readOnly && /^(INPUT|SELECT|TEXTAREA)$/.test(field.tagName) && !UNKEPT.includes(field.type));
  const totals = (form) => [...form.querySelectorAll("input[name$=-TOTAL_FORMS]")];

  // values, left: field -> [as the page gave it, as typed]; rows: how many each form of rows has. It is put back only
  // where the page still gives the same and nothing was typed yet: where others, a draft saved elsewhere, or a quick
  // hand before this script ran changed it, both are shown. Returns what could not be put back
  const putBack = (form, note, kept) => {
    const values = { ...kept.values };
    const left = { ...kept.left };
    totals(form).forEach((total) => {
      const prefix = total.name.replace("-TOTAL_FORMS", "");
      const add = form.querySelector(`[data-add-row="${prefix}"]`);
      for (let left = (kept.rows?.[prefix] ?? 0) - total.value; add && left > 0; left -= 1) add.click();
    });
    typed(form).forEach((field) => {
      const [given, value] = values[keyOf(field)] ?? [];
      if (value === undefined || value === valueOf(field)) return;
      note.hidden = false;
      if (given === givenOf(field) && valueOf(field) === given) put(field, value);
      else left[keyOf(field)] = [given, value];
    });
    show(form, note, left);
    if (!note.hidden) { document.activeElement?.blur(); window.scrollTo(0, 0); }
    return left;
  };
  const show = (form, note, left) => {
    const list = note.querySelector("ul");
    typed(form).filter((field) => keyOf(field) in left).forEach((field) => {
      const words = told(field, left[keyOf(field)][1]);
      if (!words) return;
      const line = document.createElement("li");
      line.textContent = words;
      list.append(line);
      list.parentElement.hidden = false;
      note.hidden = false;
    });
  };

  // who logs out leaves nothing, not even what was typed a moment ago in another tab
  const LEFT = `logged-out:${user}`;
  const openedAt = Date.now();
  const hasLeft = () => Number(localStorage.getItem(LEFT)) >= openedAt;
  const wipe = () => names().filter((name) => name.startsWith(own)).forEach((name) => localStorage.removeItem(name));
  window.addEventListener("storage", ({ key }) => { if (key === LEFT && hasLeft()) wipe(); });
  document.querySelectorAll("form[data-draft]").forEach((form) => {
    const name = own + form.dataset.draft;
    const note = form.querySelector("[data-draft-note]");
    const cut = form.querySelector("[data-draft-cut]");
    const isRefused = document.querySelector("[data-errors]") !== null;
    // a refused page gives what was typed; what counts as given is what stood there before
    const before = isRefused ? read(name).values ?? {} : {};
    const base = (field) => before[keyOf(field)]?.[0] ?? givenOf(field);
    const isBegun = typed(form).some((field) => valueOf(field) !== givenOf(field));
    const left = isRefused ? read(name).left ?? {} : putBack(form, note, read(name));
    if (isRefused) show(form, note, left);
    const keep = () => {
      if (hasLeft()) return;
      const changed = typed(form).filter((field) => valueOf(field) !== base(field));
      const values = changed.map((field) => [keyOf(field), [base(field), valueOf(field)]]);
      const rows = totals(form).map((total) => [total.name.replace("-TOTAL_FORMS", ""), Number(total.value)]);
      const all = { at: Date.now(), values: Object.fromEntries(values), left, rows: Object.fromEntries(rows) };
      // a full or forbidden store must not keep anybody from sending
      try { localStorage.setItem(name, JSON.stringify(all)); } catch { /* nothing is kept then */ }
    };
    if (isBegun) keep();
    let timer;
    const soon = () => { clearTimeout(timer); timer = setTimeout(keep, 400); };
    form.addEventListener("input", soon);
    form.addEventListener("change", soon);
    form.addEventListener("submit", (event) => {
      clearTimeout(timer);
      keep();
      cut.hidden = navigator.onLine;
      if (navigator.onLine) return;
      event.preventDefault();
      cut.scrollIntoView({ block: "center" });
    });
    window.addEventListener("online", () => { cut.hidden = true; });
    note.querySelector("[data-draft-discard]").addEventListener("click", () => {
      clearTimeout(timer);
      localStorage.removeItem(name);
      location.reload();
    });
  });
  const done = document.querySelector("[data-draft-done]");
  if (done) localStorage.removeItem(own + done.dataset.draftDone);
  document.querySelectorAll("form[data-log-out]").forEach((form) => form.addEventListener("submit", () => {
    localStorage.setItem(LEFT, Date.now());
    wipe();
  }));
})();
