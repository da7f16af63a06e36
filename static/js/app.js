// Keeps what is typed, focuses the list of errors, guards against double clicks, a few keys. Pages work without it.
"use strict";
(() => {
  const summary = document.querySelector("[data-errors]");
  if (summary) summary.focus();

  const kept = (form) => `draft:${document.body.dataset.user}:${form.dataset.draft}`;
  const typed = (form) =>
    [...form.querySelectorAll("textarea, input[type=text]")].filter((field) => field.name && !field.readOnly);

  document.querySelectorAll("form[data-draft]").forEach((form) => {
    const note = form.querySelector("[data-draft-note]");
    const saved = localStorage.getItem(kept(form));
    if (saved && !summary) {
      const values = JSON.parse(saved);
      let changed = false;
      typed(form).forEach((field) => {
        if (values[field.name] && values[field.name] !== field.value) {
          field.value = values[field.name];
          changed = true;
        }
      });
      if (changed && note) note.hidden = false;
    }
    let timer;
    form.addEventListener("input", () => {
      clearTimeout(timer);
      timer = setTimeout(() => {
        const values = {};
        typed(form).forEach((field) => { values[field.name] = field.value; });
        localStorage.setItem(kept(form), JSON.stringify(values));
      }, 400);
    });
    const discard = form.querySelector("[data-draft-discard]");
    if (discard) discard.addEventListener("click", () => { localStorage.removeItem(kept(form)); location.reload(); });
  });
  const done = document.querySelector("[data-draft-done]");
  if (done) localStorage.removeItem(`draft:${document.body.dataset.user}:${done.dataset.draftDone}`);

  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.method !== "post") return;
    if (form.dataset.sent) { event.preventDefault(); return; }
    form.dataset.sent = "1";
    setTimeout(() => form.querySelectorAll("button").forEach((button) => { button.disabled = true; }), 0);
  });
  window.addEventListener("pageshow", () => {
    document.querySelectorAll("form[data-sent]").forEach((form) => {
      delete form.dataset.sent;
      form.querySelectorAll("button").forEach((button) => { button.disabled = false; });
    });
  });

  document.querySelectorAll("[data-add-row]").forEach((button) => {
    button.hidden = false;
    button.addEventListener("click", () => {
      const prefix = button.dataset.addRow;
      const total = document.querySelector(`[name=${prefix}-TOTAL_FORMS]`);
      const template = document.querySelector(`template[data-row=${prefix}]`);
      const holder = document.createElement("div");
      holder.append(template.content.cloneNode(true));
      holder.innerHTML = holder.innerHTML.replaceAll("__prefix__", total.value);
      button.before(...holder.children);
      total.value = Number(total.value) + 1;
    });
  });

  document.addEventListener("keydown", (event) => {
    const typing = /^(input|textarea|select)$/i.test(event.target.tagName);
    const search = document.getElementById("find");
    if (search && ((event.ctrlKey && event.key === "k") || (event.key === "/" && !typing))) {
      event.preventDefault();
      search.focus();
    }
    if (event.key === "?" && !typing) {
      const keys = document.getElementById("keys");
      if (keys) { if (keys.open) keys.close(); else keys.showModal(); }
    }
  });
  const plain = (text) => text.normalize("NFD").replace(/[\u0300-\u036f]/g, "").replaceAll("đ", "d").replaceAll("Đ", "d").toLowerCase();
  document.querySelectorAll("main form select").forEach((select) => {
    if (select.options.length < 13 || select.closest(".filters")) return;
    const find = document.createElement("input");
    find.type = "search";
    find.className = "narrow";
    find.placeholder = document.body.dataset.narrow;
    find.setAttribute("aria-label", `${document.body.dataset.narrow}: ${select.labels[0]?.textContent.trim() ?? ""}`);
    find.addEventListener("input", () => {
      const words = plain(find.value).split(/\s+/).filter(Boolean);
      [...select.options].forEach((option) => {
        option.hidden = !option.selected && option.value !== "" && !words.every((word) => plain(option.text).includes(word));
      });
    });
    find.addEventListener("keydown", (event) => { if (event.key === "Enter") event.preventDefault(); });
    select.before(find);
  });
  document.querySelectorAll(".flow-scroll").forEach((box) => {
    const open = box.querySelector(".node.open, .node.mine");
    if (open) box.scrollLeft = open.getBBox().x - box.clientWidth / 2;
  });
  document.querySelectorAll("[data-print]").forEach((button) => button.addEventListener("click", () => window.print()));
})();
