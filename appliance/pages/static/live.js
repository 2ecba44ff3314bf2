/* Pages that change by themselves, forms that lose nothing, keys for those who do not use a mouse.
   Everything works without this script as well; it only makes it quicker. Written for browsers of 2019. */
(function () {
  "use strict";
  var root = document.documentElement, body = document.body;
  var SILENT_MS = 13000, TRIES = 6, AGAIN_MS = 1500;
  var told = { at: Number(root.dataset.now) || 0, here: performance.now() };
  var rate = Number(root.dataset.rate) || 1;

  function officeNow() { return told.at + (performance.now() - told.here) * rate; }
  function set(now) { if (now) { told = { at: now, here: performance.now() }; } }
  function all(selector, within) { return Array.prototype.slice.call((within || document).querySelectorAll(selector)); }

  // -- what is new, put into what is there: focus, open folds and half-typed fields stay ---------------------------
  function fits(a, b) {
    return a.nodeType === b.nodeType && a.nodeName === b.nodeName && (a.nodeType !== 1 || a.id === b.id);
  }
  function morph(old, fresh) {
    if (old.nodeType !== 1) { if (old.nodeValue !== fresh.nodeValue) { old.nodeValue = fresh.nodeValue; } return; }
    var typed = old.matches("input, textarea, select"), i, name;
    for (i = fresh.attributes.length - 1; i >= 0; i--) {
      name = fresh.attributes[i].name;
      if (old.getAttribute(name) !== fresh.attributes[i].value) { old.setAttribute(name, fresh.attributes[i].value); }
    }
    for (i = old.attributes.length - 1; i >= 0; i--) {
      name = old.attributes[i].name;
      if (!fresh.hasAttribute(name) && name !== "open") { old.removeAttribute(name); }
    }
    if (typed && old.nodeName !== "SELECT") {
      if (old !== document.activeElement && old.dataset.touched !== "1" && old.value !== fresh.value) { old.value = fresh.value; }
      return;
    }
    var kept = old.nodeName === "SELECT" ? old.value : null;
    var have = old.firstChild, want = fresh.firstChild, next;
    while (want) {
      next = want.nextSibling;
      if (!have) { old.appendChild(want); }
      else if (fits(have, want)) { morph(have, want); have = have.nextSibling; }
      else { old.insertBefore(want, have); var gone = have; have = have.nextSibling; old.removeChild(gone); }
      want = next;
    }
    while (have) { next = have.nextSibling; old.removeChild(have); have = next; }
    if (kept !== null) { old.value = kept; }
  }
  function show(id, html) {
    var old = document.getElementById(id);
    if (!old) { return; }
    var fresh = old.cloneNode(false);
    fresh.innerHTML = html;
    morph(old, fresh);
  }

  // -- the stream --------------------------------------------------------------------------------------------------
  var source = null, heard = performance.now(), silence = document.getElementById("silence"), wasThere = true;
  function hear(event) {
    var data = JSON.parse(event.data);
    heard = performance.now();
    set(data.now);
    silence.hidden = true;
    if (data.html) {
      Object.keys(data.html).forEach(function (id) { show(id, data.html[id]); });
      tick();
      arrivals();
      ring();
      follow();
    }
  }
  function follow() {
    // What was waited for is on another page; whoever has begun to type here goes there of their own accord.
    var ready = document.querySelector("a[data-go]");
    if (ready && !document.querySelector("[data-touched]")) { location.replace(ready.href); }
  }
  function listen() {
    if (!body.dataset.stream || source) { return; }
    source = new EventSource(body.dataset.stream);
    source.addEventListener("regions", hear);
    source.addEventListener("beat", hear);
    source.addEventListener("error", function () {
      // The server is there, but lets this page hear no more: the session has ended, or it is another release.
      if (source && source.readyState === 2) { source = null; setTimeout(function () { check(); }, 2000); }
    });
  }
  function check() {
    fetch(body.dataset.stream, { headers: { accept: "application/json" }, credentials: "same-origin" }).then(function (answer) {
      if (answer.body && answer.body.cancel) { answer.body.cancel(); }
      if (answer.status === 401 || answer.redirected) { location.reload(); } else { listen(); }
    }, function () { setTimeout(check, 3000); });
  }
  function watch() {
    if (body.dataset.stream && performance.now() - heard > SILENT_MS) {
      silence.hidden = false;
      silence.textContent = body.dataset.offline.replace("%", clock(told.at));
    }
  }
  document.addEventListener("visibilitychange", function () {
    // A browser has six connections to one server: a page that nobody looks at needs none.
    if (document.hidden && source && !body.dataset.notify) { source.close(); source = null; }
    if (!document.hidden && !source) { heard = performance.now(); listen(); }
  });

  // -- times -------------------------------------------------------------------------------------------------------
  var zoned = null;
  function clock(at) {
    if (!at) { return ""; }
    var shown = document.querySelector("[data-clock]");
    var mark = root.lang === "id" ? "." : ":";
    if (zoned === null && shown && shown.textContent && told.at) {
      // The office's zone, told by its own clock: no table of zones is needed.
      var parts = shown.textContent.trim().split(/[.:]/), now = new Date(Number(root.dataset.now));
      zoned = (Number(parts[0]) * 60 + Number(parts[1])) - (now.getUTCHours() * 60 + now.getUTCMinutes());
    }
    var minutes = Math.floor(at / 60000) + (zoned || 0), h = Math.floor(minutes / 60) % 24, m = minutes % 60;
    return (h < 10 ? "0" : "") + h + mark + (m < 10 ? "0" : "") + m;
  }
  function span(ms) {
    var s = Math.max(0, Math.floor(ms / 1000)), m = Math.floor(s / 60), h = Math.floor(m / 60);
    function two(n) { return (n < 10 ? "0" : "") + n; }
    return (h ? h + ":" + two(m % 60) : two(m)) + ":" + two(s % 60);
  }
  function tick() {
    if (!told.at) { return; }
    var now = officeNow();
    all("[data-clock]").forEach(function (e) { var t = clock(now); if (t && e.textContent !== t) { e.textContent = t; } });
    all("[data-since]").forEach(function (e) {
      var gone = now - Number(e.dataset.since);
      var text = e.hasAttribute("data-coarse") ? (e.dataset.coarse === "bare" ? "%" : body.dataset.minutes).replace("%", Math.max(0, Math.round(gone / 60000))) : span(gone);
      if (e.textContent !== text) { e.textContent = text; }
      if (e.dataset.expected) { e.classList.toggle("long", gone > 1.5 * Number(e.dataset.expected)); }
    });
    all("[data-left]").forEach(function (e) {
      var left = Math.ceil((Number(e.dataset.left) - now) / 1000);
      var text = left > 0 ? e.dataset.leftText.replace("%", left) : "";
      if (e.textContent !== text) { e.textContent = text; }
    });
    all("[data-from]").forEach(function (e) {
      if (now >= Number(e.dataset.from)) { e.removeAttribute("aria-disabled"); e.removeAttribute("data-from"); }
    });
  }

  // -- what is said ------------------------------------------------------------------------------------------------
  var toast = document.getElementById("toast");
  function say(text, bad) {
    if (!text) { return; }
    var line = document.createElement("p");
    line.textContent = text;
    if (bad) { line.className = "bad"; }
    while (toast.children.length > 1) { toast.removeChild(toast.firstChild); }
    toast.appendChild(line);
    setTimeout(function () { if (line.parentNode) { toast.removeChild(line); } }, bad ? 9000 : 4500);
  }

  // -- somebody comes while the counter is idle --------------------------------------------------------------------
  var waited = null;
  function arrivals() {
    if (!body.dataset.notify) { return; }
    var main = document.querySelector("[data-idle]"), waiting = main ? Number(main.dataset.idle) : null;
    if (waited === 0 && waiting > 0) { sound(); notice(); }
    waited = waiting;
  }
  function sound() {
    try {
      var context = new (window.AudioContext || window.webkitAudioContext)(), tone = context.createOscillator(), gain = context.createGain();
      tone.frequency.value = 660; gain.gain.setValueAtTime(0.12, context.currentTime);
      gain.gain.exponentialRampToValueAtTime(0.001, context.currentTime + 0.5);
      tone.connect(gain); gain.connect(context.destination); tone.start(); tone.stop(context.currentTime + 0.5);
      tone.onended = function () { context.close(); };
    } catch (error) { /* a browser without sound shows it all the same */ }
  }
  function notice() {
    if (document.hidden && window.Notification && Notification.permission === "granted") {
      new Notification(body.dataset.arrived, { tag: "giliran" });
    } else { say(body.dataset.arrived); }
  }

  // -- an alert that nobody has taken, where the office wants a sound -----------------------------------------------
  var rung = null;
  function ring() {
    var bell = document.querySelector("[data-ring]"), latest = bell ? Number(bell.dataset.ring) : 0;
    if (rung !== null && latest > rung) { sound(); }
    rung = Math.max(rung || 0, latest);
  }

  // -- forms: one id for each press, repeated under it until it is known what came of it ----------------------------
  function freshId() {
    var bytes = new Uint8Array(16), text = "";
    crypto.getRandomValues(bytes);
    for (var i = 0; i < 16; i++) { text += (bytes[i] < 16 ? "0" : "") + bytes[i].toString(16); }
    return text;
  }
  function fields(form, button, id) {
    var data = new URLSearchParams();
    all("input, select, textarea", form).forEach(function (e) {
      if (!e.name || e.disabled || ((e.type === "checkbox" || e.type === "radio") && !e.checked)) { return; }
      if (e.multiple) { all("option", e).forEach(function (o) { if (o.selected) { data.append(e.name, o.value); } }); return; }
      data.append(e.name, e.value);
    });
    if (button && button.name) { data.append(button.name, button.value); }
    data.set("id", id);
    return data;
  }
  var KEEP = "giliran-kept";
  // Whose form it is: what it carries ends in that, and is the same in all sessions of one person.
  function whose(form) { return form && form.elements.csrf ? form.elements.csrf.value.slice(-16) : ""; }
  function keep(form) {
    var kept = [];
    all("input, select, textarea", form).forEach(function (e) {
      if (e.name && e.type !== "hidden" && e.type !== "password") { kept.push([e.name, e.type === "checkbox" || e.type === "radio" ? e.checked : e.value, e.value]); }
    });
    try { sessionStorage.setItem(KEEP, JSON.stringify({ whose: whose(form), path: location.pathname, action: form.getAttribute("action"), kept: kept })); } catch (error) { /* private window */ }
  }
  function giveBack() {
    var kept;
    try { kept = JSON.parse(sessionStorage.getItem(KEEP) || "null"); } catch (error) { kept = null; }
    if (!kept || kept.path !== location.pathname) { return; }
    sessionStorage.removeItem(KEEP);
    all("form").forEach(function (form) {
      if (form.getAttribute("action") !== kept.action || whose(form) !== kept.whose) { return; }
      kept.kept.forEach(function (one) {
        all("[name]", form).forEach(function (e) {
          if (e.name !== one[0] || e.type === "hidden") { return; }
          if (e.type === "checkbox" || e.type === "radio") { if (e.value === one[2]) { e.checked = one[1]; } } else { e.value = one[1]; e.dataset.touched = "1"; }
        });
      });
      var fold = form.closest("details");
      if (fold) { fold.open = true; }
      say(body.dataset.signedOut);
    });
  }
  function send(form, button) {
    var action = (button && button.getAttribute("formaction")) || form.getAttribute("action");
    var data = fields(form, button, freshId()), tries = 0;
    function busy(on) {
      if (button) { button.classList.toggle("busy", on); button.dataset.busy = on ? "1" : ""; }
    }
    function trouble(answer) {
      tries += 1;
      if (tries < TRIES) { if (tries === 1) { say(body.dataset.sending); } setTimeout(attempt, AGAIN_MS); return; }
      busy(false);
      say((answer && answer.text) || body.dataset.silent, true);
    }
    function attempt() {
      fetch(action, { method: "POST", body: data, credentials: "same-origin", headers: { accept: "application/json" } }).then(function (answer) {
        return answer.json().then(function (told) {
          if (told.again) { trouble(told); return; }
          busy(false);
          if (answer.status === 401) { keep(form); location.href = told.go; return; }
          if (told.go) { location.href = told.go; return; }
          say(told.text, !told.ok);
          if (told.big) { show("given", told.big); }
          if (told.ok) {
            // Enter is the next call again, and whoever hears the page stands where the work goes on.
            var next = form.closest("[data-live]") && document.querySelector("button.main");
            if (next && document.activeElement !== next) { next.focus(); }
            all("[data-touched]", form).forEach(function (e) { delete e.dataset.touched; });
            all("input:not([type=hidden]), textarea", form).forEach(function (e) { if (e.type === "checkbox" || e.type === "radio") { e.checked = false; } else if (form.hasAttribute("data-send")) { e.value = ""; } });
            var fold = form.closest("details");
            if (fold) { fold.open = false; }
          }
        });
      }).catch(function () { trouble(null); });
    }
    if (button && button.dataset.busy === "1") { return; }
    busy(true);
    attempt();
  }
  document.addEventListener("submit", function (event) {
    var form = event.target, button = event.submitter || form._pressed || null;
    if (button && button.getAttribute("aria-disabled") === "true") {
      event.preventDefault();
      var why = button.querySelector("small");
      say(why ? why.textContent.trim() : "", true);
      return;
    }
    if (!form.closest("[data-live]") && !form.hasAttribute("data-send")) { return; }
    event.preventDefault();
    send(form, button);
  });
  document.addEventListener("click", function (event) {
    var button = event.target.closest ? event.target.closest("button") : null;
    if (button && button.form) { button.form._pressed = button; }
    if (window.Notification && body.dataset.notify && Notification.permission === "default" && button) { Notification.requestPermission(); }
    all("details.me[open]").forEach(function (e) { if (!e.contains(event.target)) { e.open = false; } });
  });
  document.addEventListener("input", function (event) { event.target.dataset.touched = "1"; });

  // -- on paper ----------------------------------------------------------------------------------------------------
  document.addEventListener("click", function (event) {
    if (event.target.closest && event.target.closest("[data-do-print]")) { window.print(); }
  });
  if (body.dataset.print) { window.addEventListener("load", function () { window.print(); }); }

  // -- keys --------------------------------------------------------------------------------------------------------
  document.addEventListener("keydown", function (event) {
    if (event.ctrlKey || event.altKey || event.metaKey || event.repeat) { return; }
    if (event.key === "Escape") { all("main details[open]").forEach(function (e) { e.open = false; }); return; }
    var at = document.activeElement;
    if (at && at.matches("input, select, textarea") && !at.matches("[type=radio], [type=checkbox]")) { return; }
    if (event.key === "Enter" && at && at.matches("a, button, summary, input")) { return; }  // it presses itself
    var wanted = event.key === "Enter" ? "Enter" : event.key.toLowerCase();
    all("[data-key]").some(function (e) {
      if (e.dataset.key.split(" ").indexOf(wanted) < 0 || e.offsetParent === null) { return false; }
      event.preventDefault();
      e.click();
      if (e.nodeName === "SUMMARY") { var field = e.parentNode.querySelector("select, input:not([type=hidden])"); if (field) { field.focus(); } }
      return true;
    });
  });

  // On a telephone the navigation is wider than the glass: the page that one is on stands in sight.
  var here = document.querySelector(".bar nav [aria-current]");
  if (here) { here.parentNode.scrollLeft = here.offsetLeft - here.parentNode.offsetLeft - 24; }

  arrivals();
  ring();
  giveBack();
  listen();
  tick();
  setInterval(function () { tick(); watch(); }, 500);
})();
