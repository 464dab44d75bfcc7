/* Forms that help while one types. Every form works without this file. */
(() => {
  "use strict";

  /* An address suggested from a name, until somebody writes his own. */
  for (const field of document.querySelectorAll("[data-slug-from]")) {
    const source = document.getElementById(field.dataset.slugFrom);
    let own = field.value !== "";
    field.addEventListener("input", () => { own = field.value !== ""; });
    source?.addEventListener("input", () => {
      if (own) return;
      field.value = source.value.normalize("NFKD").replace(/[^\x00-\x7f]/g, "").toLowerCase()
        .replace(/[^a-z0-9]+/g, "-").replace(/^-+|-+$/g, "").slice(0, 50);
    });
  }

  /* Fields that belong to one answer of another field: data-when="name=value value". */
  for (const field of document.querySelectorAll("[data-when]")) {
    const [name, values] = field.dataset.when.split("=");
    const asked = field.form?.elements[name];
    const row = field.closest(".field");
    if (!asked || !row) continue;
    const show = () => { row.hidden = !values.split(" ").includes(asked.value); };
    asked.addEventListener("change", show);
    show();
  }

  /* The browser's own time zone, where nobody chose one yet. */
  for (const field of document.querySelectorAll("[data-browser-zone]")) {
    const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
    if (field.value === "UTC" && [...field.options].some((option) => option.value === zone)) {
      field.value = zone;
    }
  }

  /* Colours tried out: the server works out what is readable and answers with a stylesheet. */
  const preview = document.querySelector("[data-brand-preview]");
  if (preview) {
    const form = document.getElementById(preview.dataset.brandPreview);
    const style = document.createElement("link");
    style.rel = "stylesheet";
    let waiting = 0;
    form.addEventListener("input", (event) => {
      if (event.target.type !== "color") return;
      clearTimeout(waiting);
      waiting = setTimeout(() => {
        const query = new URLSearchParams({
          brand: form.elements.brand_colour.value, mark: form.elements.mark_colour.value,
        });
        style.href = `${preview.dataset.url}?${query}`;
        if (!style.isConnected) document.head.append(style);
      }, 120);
    });
    const picture = form.elements.logo;
    picture?.addEventListener("change", () => {
      const place = preview.querySelector(".logo");
      const [file] = picture.files;
      if (!file || !place) return;
      const reader = new FileReader();
      reader.addEventListener("load", () => {
        const shown = document.createElement("img");
        shown.src = reader.result;
        shown.alt = "";
        shown.width = shown.height = 30;
        place.replaceChildren(shown);
      });
      reader.readAsDataURL(file);
    });
  }
})();
