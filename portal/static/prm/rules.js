/* The rule builder. Without this file everything works by its buttons. */
(() => {
  "use strict";

  /* What script works out by itself needs no button. */
  const tidy = () => {
    for (const button of document.querySelectorAll(".no-script")) button.hidden = true;
  };

  /* Numbers are grouped as soon as one leaves the field, as the reader's language groups them. */
  const language = document.documentElement.lang || "en";
  const format = new Intl.NumberFormat(language, { maximumFractionDigits: 6 });
  const group = (field) => {
    const text = field.value.replace(/[\s\u00a0]/g, "");
    if (!/^\d{4,15}$/.test(text)) return;
    field.value = format.format(Number(text));
  };

  document.addEventListener("focusout", (event) => {
    const field = event.target;
    if (field.matches?.('#rule-form input[inputmode="decimal"]')) group(field);
  });

  /* An answer brings the card as it was when it was asked for. What was typed meanwhile is put back,
     where the answer still has that field with what was sent: else its number names another one. */
  const sent = new WeakMap();
  const typed = new WeakMap();
  const typing = new WeakSet();
  const fields = () =>
    [...document.querySelectorAll("#rule-card :is(input, select, textarea)[name]")].filter(
      (field) => field.type !== "hidden",
    );
  const key = (field) => (field.type === "radio" ? `${field.name}=${field.value}` : field.name);
  const isBox = (field) => field.type === "checkbox" || field.type === "radio";
  const said = (field) => (isBox(field) ? String(field.checked) : field.value);
  const bare = (text) => text.replace(/[\s\u00a0.,]/g, "");
  const rebuilds = (event) => event.detail.target?.id === "rule-card";

  document.addEventListener("htmx:beforeRequest", (event) => {
    if (!rebuilds(event)) return;
    sent.set(event.detail.xhr, new Map(fields().map((field) => [key(field), said(field)])));
  });

  document.addEventListener("htmx:beforeSwap", (event) => {
    const before = sent.get(event.detail.xhr);
    if (!before || !rebuilds(event)) return;
    const changed = fields().filter((field) => before.get(key(field)) !== said(field));
    typed.set(
      event.detail.xhr,
      changed.map((field) => ({
        key: key(field),
        was: before.get(key(field)) ?? "",
        now: said(field),
        caret: field === document.activeElement ? [field.selectionStart, field.selectionEnd] : null,
      })),
    );
  });

  /* Puts it back, and the caret where one was typing. */
  const restore = (xhr) => {
    const lost = typed.get(xhr) ?? [];
    typed.delete(xhr);
    for (const one of lost) {
      const field = fields().find((each) => key(each) === one.key);
      if (!field || bare(said(field)) !== bare(one.was)) continue;
      if (isBox(field)) field.checked = one.now === "true";
      else field.value = one.now;
      if (one.caret) {
        field.focus();
        if (one.caret[0] !== null && field.setSelectionRange) field.setSelectionRange(...one.caret);
        typing.add(xhr);
      }
      field.dispatchEvent(new Event("input", { bubbles: true }));
    }
  };

  document.addEventListener("htmx:afterSettle", (event) => {
    tidy();
    restore(event.detail.xhr);
    const wanted = event.target.querySelector?.("[autofocus]");
    if (wanted) {
      if (!typing.has(event.detail.xhr)) wanted.focus();
      wanted.removeAttribute("autofocus");
    }
  });

  tidy();
})();
