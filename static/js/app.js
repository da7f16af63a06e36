// Focuses the list of errors, guards against double clicks, lists of many, a few keys.
// Pages work without it.
"use strict";
(() => {
  const words = document.body.dataset;
  const summary = document.querySelector("[data-errors]");
  if (summary) summary.focus();

  // of a map of months, a narrow screen shows the newest first
  document.querySelectorAll("[data-from-the-end]").forEach((wide) => { wide.scrollLeft = wide.scrollWidth; });

  // what cannot be taken back is asked again; one submit is one submit
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.method !== "post" || event.defaultPrevented) return;
    if (form.dataset.sure && !window.confirm(form.dataset.sure)) { event.preventDefault(); return; }
    if (form.dataset.sent) { event.preventDefault(); return; }
    form.dataset.sent = "1";
    setTimeout(() => form.querySelectorAll("button").forEach((button) => { button.disabled = true; }), 0);
  });

  // long work says how far it is: data-progress is the address that tells, empty when nothing can be counted
  document.addEventListener("submit", (event) => {
    const { progress } = event.target.dataset;
    const waiting = event.target.querySelector("[data-waiting]");
    if (progress === undefined || !waiting || event.defaultPrevented) return;
    waiting.hidden = false;
    if (!progress) return;
    const bar = waiting.querySelector("progress");
    const look = async () => {
      const told = await fetch(progress).then((answer) => answer.json()).catch(() => ({}));
      if (!told.of) return;
      bar.max = told.of;
      bar.value = told.done;
      waiting.querySelector("[data-waiting-words]").textContent = told.words;
    };
    setInterval(look, 1000);
  });
  window.addEventListener("pageshow", () => {
    document.querySelectorAll("[data-waiting]").forEach((waiting) => { waiting.hidden = true; });
    document.querySelectorAll("form[data-sent]").forEach((form) => {
      delete form.dataset.sent;
      form.querySelectorAll("button").forEach((button) => { button.disabled = false; });
    });
  });

  // lists of many: a box to narrow; where several may be chosen, boxes to tick instead of Ctrl and click
  const plain = (text) =>
    text.normalize("NFD").replace(/[\u0300-\u036f]/g, "").replaceAll("đ", "d").replaceAll("Đ", "d").toLowerCase();
  const narrowing = (label, show) => {
    const find = document.createElement("input");
    find.type = "search";
    find.className = "narrow";
    find.placeholder = words.narrow;
    find.setAttribute("aria-label", `${words.narrow}: ${label}`);
    find.addEventListener("input", () => {
      const asked = plain(find.value).split(/\s+/).filter(Boolean);
      show((text) => asked.every((word) => plain(text).includes(word)));
    });
    find.addEventListener("keydown", (event) => { if (event.key === "Enter") event.preventDefault(); });
    return find;
  };
  const labelOf = (select) => select.labels[0]?.firstChild?.textContent.trim() ?? "";
  const pick = (select) => {
    const box = document.createElement("div");
    box.className = "picker";
    box.setAttribute("role", "group");
    box.setAttribute("aria-label", labelOf(select));
    const chosen = document.createElement("p");
    chosen.className = "chosen";
    const tell = () => {
      const names = [...select.selectedOptions].map((option) => option.text);
      chosen.textContent = `${words.chosen}: ${names.join("; ") || words.none}`;
    };
    const choices = document.createElement("div");
    choices.className = "choices";
    [...select.options].forEach((option) => {
      const label = document.createElement("label");
      const tick = document.createElement("input");
      tick.type = "checkbox";
      tick.checked = option.selected;
      tick.addEventListener("change", () => { option.selected = tick.checked; tell(); });
      label.append(tick, option.text);
      choices.append(label);
    });
    const show = (fits) => [...choices.children].forEach((label) => {
      label.hidden = !label.firstChild.checked && !fits(label.textContent);
    });
    box.append(chosen);
    if (select.options.length > 12) box.append(narrowing(labelOf(select), show));
    box.append(choices);
    select.hidden = true;
    select.before(box);
    // its label, and the list of errors, lead to the boxes
    box.id = select.id;
    box.tabIndex = -1;
    select.removeAttribute("id");
    tell();
    // what was put back into the list is ticked too
    select.addEventListener("change", () => {
      [...choices.children].forEach((label, at) => { label.firstChild.checked = select.options[at].selected; });
      tell();
    });
  };
  const enhance = (root) => root.querySelectorAll("main form select, form select").forEach((select) => {
    if (select.closest(".filters, .menu, .picker") || select.dataset.enhanced) return;
    select.dataset.enhanced = "1";
    if (select.multiple) { pick(select); return; }
    if (select.options.length < 13) return;
    select.before(narrowing(labelOf(select), (fits) => [...select.options].forEach((option) => {
      option.hidden = !option.selected && option.value !== "" && !fits(option.text);
    })));
  });
  enhance(document);

  // fields that are asked with one choice of another field only; without this they all stand there
  document.querySelectorAll("[data-only-with]").forEach((input) => {
    const other = input.form.elements[input.dataset.onlyWith];
    const show = () => { input.closest(".field").hidden = other.value !== input.dataset.onlyFor; };
    other.addEventListener("change", show);
    show();
  });

  // one more row of a form of rows
  document.querySelectorAll("[data-add-row]").forEach((button) => {
    button.hidden = false;
    button.addEventListener("click", () => {
      const prefix = button.dataset.addRow;
      const total = document.querySelector(`[name=${prefix}-TOTAL_FORMS]`);
      const template = document.querySelector(`template[data-row=${prefix}]`);
      const holder = document.createElement("div");
      holder.append(template.content.cloneNode(true));
      holder.innerHTML = holder.innerHTML.replaceAll("__prefix__", total.value);
      const [row] = holder.children;
      button.before(row);
      enhance(document);
      row.querySelector("input:not([type=hidden]), select, textarea")?.focus();
      total.value = Number(total.value) + 1;
    });
  });

  // keys, printing, the picture scrolled to where it stands
  document.addEventListener("keydown", (event) => {
    const typing = /^(input|textarea|select)$/i.test(event.target.tagName);
    const search = document.getElementById("find");
    if (search && ((event.ctrlKey && event.key === "k") || (event.key === "/" && !typing))) {
      event.preventDefault();
      search.focus();
    }
    const keys = document.getElementById("keys");
    if (event.key === "?" && !typing && keys) { if (keys.open) keys.close(); else keys.showModal(); }
    if (event.key === "Escape") document.querySelectorAll(".top details[open]").forEach((menu) => { menu.open = false; });
  });
  document.addEventListener("click", (event) => { if (event.target.closest("[data-print]")) window.print(); });
  document.querySelectorAll("a[data-back]").forEach((link) => link.addEventListener("click", (event) => {
    event.preventDefault();
    history.back();
  }));
  // htmx puts a list in the place of a list; whatever else is answered (a log-in, a refusal) is opened as a page
  const ready = () => document.querySelectorAll("[data-print]").forEach((button) => { button.hidden = false; });
  ready();
  document.addEventListener("htmx:afterSettle", ready);
  const opened = (event) => {
    const { xhr, pathInfo } = event.detail;
    const asked = new URL(pathInfo.finalRequestPath, location.href);
    if (xhr.status === 200 && new URL(xhr.responseURL).pathname === asked.pathname) return;
    event.preventDefault();
    location.assign(asked);
  };
  document.addEventListener("htmx:beforeSwap", opened);
  document.addEventListener("htmx:sendError", (event) => {
    location.assign(new URL(event.detail.pathInfo.finalRequestPath, location.href));
  });
  document.querySelectorAll(".flow-scroll").forEach((box) => {
    const open = box.querySelector(".mine, .open");
    if (!open) return;
    const [frame, step] = [box.getBoundingClientRect(), open.getBoundingClientRect()];
    box.scrollLeft = step.left - frame.left - box.clientWidth / 2 + step.width / 2;
    box.scrollTop = step.top - frame.top - box.clientHeight / 2;
  });
})();
