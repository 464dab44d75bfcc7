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

  document.addEventListener("htmx:afterSettle", (event) => {
    tidy();
    const wanted = event.target.querySelector?.("[autofocus]");
    if (wanted) {
      wanted.focus();
      wanted.removeAttribute("autofocus");
    }
  });

  tidy();
})();
