/* Keeps the clicks of partners by the visitor's consent, and reports leads and sales. */
(function (window, document) {
  "use strict";

  var script = document.currentScript;
  var home = script.src.replace(/\/t\.js.*/, "");
  var name = script.getAttribute("data-param") || "prm_click";
  var settings = { consent: "unknown", days: 30 };
  var MOST = 10, DAY = 864e5;
  var ready = false, early = [];
  // Clicks that led to this very page: used without being stored, gone with the page.
  var held = new URLSearchParams(location.search).getAll(name);

  // When a click happened, in milliseconds: the first 48 bits of its id, a UUID version 7.
  function time(token) {
    if (token[0] === "t") return Date.now();
    var bytes = atob(token.slice(21, 33).replace(/-/g, "+").replace(/_/g, "/"));
    for (var at = 0, place = 1; place < 7; place++) at = at * 256 + bytes.charCodeAt(place);
    return at;
  }

  function stored() {
    var start = ("; " + document.cookie).indexOf("; " + name + "=");
    return start < 0 ? [] : document.cookie.slice(start + name.length + 1).split(";")[0].split("~");
  }

  // Clicks that may be used, oldest first: of this page alone unless consent is given.
  function clicks() {
    return (settings.consent === "given" ? stored() : []).concat(held).filter(function (token, place, all) {
      return /^(1[\w-]{64}|test\.[\w-]{22})$/.test(token) && all.indexOf(token) === place &&
        time(token) > Date.now() - settings.days * DAY;
    }).slice(-MOST);
  }

  function write(value, until) {
    document.cookie = name + "=" + value + ";path=/;samesite=lax;expires=" + new Date(until).toUTCString() +
      (settings.domain ? ";domain=" + settings.domain : "") +
      (location.protocol === "https:" ? ";secure" : "");
  }

  function agree(consent) {
    settings.consent = consent;
    if (consent === "refused") held = [];
    var all = clicks(), newest = all[all.length - 1];
    if (consent === "given" && newest && !settings.cookieless) {
      write(all.join("~"), time(newest) + settings.days * DAY);
    } else if (consent !== "unknown") write("", 0);
  }

  // An address ends up in logs, so the pixel leaves mail addresses out.
  function pixel(body) {
    new Image().src = home + "/px.gif?data=" + encodeURIComponent(JSON.stringify(body, function (key, value) {
      return key === "email" ? undefined : value;
    }));
  }

  function send(event, facts) {
    var body = Object.assign({}, facts, { program: settings.program, event: event, click_tokens: clicks() });
    var address = home + "/t/events", text = JSON.stringify(body);
    if (window.fetch) {
      // keepalive outlives a page that is being left; plain text needs no question ahead
      fetch(address, { method: "POST", body: text, keepalive: true, credentials: "omit" }).then(function (answer) {
        if (!answer.ok) answer.text().then(console.warn);
      }, function () { pixel(body); });
    } else if (!navigator.sendBeacon || !navigator.sendBeacon(address, text)) pixel(body);
  }

  function prm(act, value) {
    if (act === "init") {
      Object.assign(settings, value);
      ready = true;
      var test = held.filter(function (token) { return /^test\./.test(token); })[0];
      agree(settings.consent);
      if (test) send("test", { external_id: test, consent: settings.consent });
      early.splice(0).forEach(function (call) { prm.apply(0, call); });
    } else if (!ready) early.push(arguments);
    else if (act === "consent") agree(value);
    else send(act, value);
  }

  var before = window.prm && window.prm.q || [];
  window.prm = prm;
  before.forEach(function (call) { prm.apply(0, call); });
})(window, document);
