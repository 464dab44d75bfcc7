/* Small conveniences. Every page works without this file. */
(() => {
  "use strict";

  const say = (text) => {
    let live = document.getElementById("live");
    if (!live) {
      live = document.createElement("div");
      live.id = "live";
      live.className = "visually-hidden";
      live.setAttribute("role", "status");
      document.body.append(live);
    }
    live.textContent = text;
  };

  const copy = async (button) => {
    const text = button.dataset.copy || location.href;
    try {
      await navigator.clipboard.writeText(text);
    } catch {
      const area = document.createElement("textarea");
      area.value = text;
      document.body.append(area);
      area.select();
      document.execCommand("copy");
      area.remove();
      button.focus();
    }
    const word = document.body.dataset.copied;
    const label = button.querySelector("span");
    if (label && label.textContent !== word) {
      const before = label.textContent;
      label.textContent = word;
      setTimeout(() => { label.textContent = before; }, 1600);
    }
    say(word);
  };

  /* Buttons that only script can serve are hidden until it runs. */
  const reveal = (root) => {
    if (root.matches?.("[data-copy], [data-needs-script]")) root.hidden = false;
    for (const part of root.querySelectorAll("[data-copy], [data-needs-script]")) part.hidden = false;
  };

  const countChosen = (form) => {
    const boxes = [...form.querySelectorAll('tbody [name="chosen"]')];
    const chosen = boxes.filter((box) => box.checked).length;
    for (const place of form.querySelectorAll("[data-chosen-count]")) place.textContent = chosen;
    const all = form.querySelector("[data-choose-page]");
    if (all) {
      all.checked = chosen > 0 && chosen === boxes.length;
      all.indeterminate = chosen > 0 && chosen < boxes.length;
    }
  };

  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-copy]");
    if (button) copy(button);
    for (const menu of document.querySelectorAll("details.menu[open], details.mnav[open]")) {
      if (!menu.contains(event.target)) menu.open = false;
    }
  });

  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") {
      const menu = document.querySelector("details.menu[open], details.mnav[open]");
      if (menu) {
        menu.open = false;
        menu.querySelector("summary").focus();
      }
      return;
    }
    const typing = event.target.closest("input, textarea, select, [contenteditable]");
    if (event.key === "/" && !typing && !event.ctrlKey && !event.metaKey && !event.altKey) {
      const search = document.querySelector("[data-slash]");
      if (search?.offsetParent) {
        event.preventDefault();
        search.focus();
        search.select();
      }
    }
  });

  document.addEventListener("change", (event) => {
    const field = event.target;
    if (field.form?.matches("[data-live]") && field.matches("select")) field.form.requestSubmit();
    const list = field.closest("form.list");
    if (list && field.matches("[data-choose-page]")) {
      for (const box of list.querySelectorAll('tbody [name="chosen"]')) box.checked = field.checked;
    }
    if (list) countChosen(list);
  });

  /* Empty filters stay out of the address, so that it can be read and shared. */
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.method === "get" && form.matches("[data-live]")) {
      for (const field of form.elements) if (field.name && !field.value) field.disabled = true;
    }
    const button = event.submitter;
    if (form.method === "post" && button && !form.dataset.sent) {
      form.dataset.sent = "yes";
    } else if (form.method === "post" && form.dataset.sent) {
      event.preventDefault();
    }
  });
  addEventListener("pageshow", () => {
    for (const form of document.forms) {
      delete form.dataset.sent;
      for (const field of form.elements) if (form.matches("[data-live]")) field.disabled = false;
    }
    document.querySelectorAll("form.list").forEach(countChosen);
  });

  reveal(document);
  document.addEventListener("htmx:load", (event) => reveal(event.target));
  document.querySelector(".summary-of-errors")?.focus();
})();
