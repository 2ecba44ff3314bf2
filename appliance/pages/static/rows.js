/* Rows typed with the keyboard alone: Enter goes to the next field, behind the last one the row is sent and the next begins. */
(function () {
  "use strict";
  function all(what, where) { return Array.prototype.slice.call((where || document).querySelectorAll(what)); }
  function fresh() {
    var bytes = new Uint8Array(16);
    window.crypto.getRandomValues(bytes);
    return Array.prototype.map.call(bytes, function (b) { return ("0" + b.toString(16)).slice(-2); }).join("");
  }
  all("form[data-rows]").forEach(function (form) {
    var cells = all("[data-cell]", form), sending = false, into = document.getElementById(form.dataset.rows);
    function go(cell) { cell.focus(); cell.select(); }
    function tell(field, text) {
      var cell = form.elements[field] && form.elements[field].hasAttribute("data-cell") ? form.elements[field] : cells[0];
      var place = document.getElementById("p-" + cell.name);
      cell.setAttribute("aria-invalid", "true");
      place.textContent = text;
      place.hidden = false;
      go(cell);
    }
    function quiet(cell) {
      var place = document.getElementById("p-" + cell.name);
      cell.removeAttribute("aria-invalid");
      place.hidden = true;
    }
    function begin(told) {
      cells.forEach(function (cell) { cell.value = ""; quiet(cell); });
      if (told.next) { cells[0].value = told.next; }
      if (form.elements.after) { form.elements.after.value = told.next; }
      all("input[type=checkbox]", form).forEach(function (box) { box.checked = false; });
      if (told.big) {
        into.insertAdjacentHTML("afterbegin", told.big);
        all("[data-count]").forEach(function (e) { e.textContent = String(Number(e.textContent) + 1); });
      }
      go(cells[0]);
    }
    function send() {
      if (sending) { return; }
      sending = true;
      var data = new URLSearchParams(new FormData(form));
      fetch(form.action, { method: "POST", body: data, credentials: "same-origin", headers: { accept: "application/json" } }).then(function (answer) {
        return answer.json().then(function (told) {
          sending = false;
          if (!told.again) { form.elements.id.value = fresh(); }  // it was answered: what comes next is another question
          if (told.ok) { begin(told); } else { tell(told.field || "", told.text || document.body.dataset.signedOut); }
        });
      }).catch(function () { sending = false; tell("", document.body.dataset.silent); });
    }
    cells.forEach(function (cell, place) {
      cell.addEventListener("keydown", function (event) {
        if (event.key !== "Enter" || event.isComposing) { return; }
        event.preventDefault();
        if (place + 1 < cells.length) { go(cells[place + 1]); } else { send(); }
      });
      cell.addEventListener("input", function () { quiet(cell); });
      cell.addEventListener("focus", function () { cell.select(); });
    });
    // Under its id the hub answers what was asked first: whatever is typed anew is another question.
    form.addEventListener("input", function () { form.elements.id.value = fresh(); });
    form.addEventListener("submit", function (event) { event.preventDefault(); send(); });
    var wrong = cells.filter(function (cell) { return cell.hasAttribute("aria-invalid"); })[0];
    go(wrong || cells[0]);
  });
  // A file goes as it is: what encoding it has, and whether it is a spreadsheet, is found out where it is read.
  var LARGEST = 360 * 1024;
  all("input[type=file][data-base64]").forEach(function (input) {
    var into = document.getElementById(input.dataset.base64);
    input.closest("[data-needs-script]").hidden = false;
    input.addEventListener("change", function () {
      var file = input.files[0], reader = new FileReader();
      input.setCustomValidity(file && file.size > LARGEST ? input.dataset.large : "");
      if (!file || file.size > LARGEST) { into.value = ""; input.reportValidity(); return; }
      reader.onload = function () { into.value = String(reader.result).split(",")[1] || ""; input.form.submit(); };
      reader.readAsDataURL(file);
    });
  });
})();
