/* Installing the portal on a phone. Where the browser cannot, nothing is shown. */
(() => {
  "use strict";

  const link = document.querySelector('link[rel="manifest"][data-worker]');
  if (link && "serviceWorker" in navigator) {
    navigator.serviceWorker.register(link.dataset.worker).catch(() => {});
  }

  let offer = null;
  const button = () => document.querySelector("[data-install]");

  addEventListener("beforeinstallprompt", (event) => {
    event.preventDefault();
    offer = event;
    if (button()) button().hidden = false;
  });

  addEventListener("appinstalled", () => {
    offer = null;
    if (button()) button().hidden = true;
  });

  document.addEventListener("click", (event) => {
    if (offer && event.target.closest("[data-install]")) offer.prompt();
  });
})();
