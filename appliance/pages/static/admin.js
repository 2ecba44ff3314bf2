/* The administration: a picture of what is being typed, a file read into its field. Everything works without it. */
(function () {
  "use strict";
  var WAIT_MS = 300;
  Array.prototype.forEach.call(document.querySelectorAll("form[data-preview]"), function (form) {
    var into = document.getElementById(form.dataset.previewInto), timer = null, asked = 0;
    function show(html) {
      var made = document.createElement("template");
      if (into) { into.innerHTML = html; return; }
      made.innerHTML = html;  // several pieces, each for the place with its name
      Array.prototype.slice.call(made.content.children).forEach(function (piece) {
        var old = document.getElementById(piece.id);
        if (old && old.innerHTML !== piece.innerHTML) { old.innerHTML = piece.innerHTML; }
      });
    }
    function draw() {
      var mine = asked += 1, data = new URLSearchParams(new FormData(form));
      fetch(form.dataset.preview, { method: "POST", body: data, credentials: "same-origin" }).then(function (answer) {
        return answer.ok ? answer.text() : null;
      }).then(function (html) {
        if (html !== null && mine === asked) { show(html); }
      }, function () { /* the picture stays as it was */ });
    }
    form.addEventListener("input", function () { clearTimeout(timer); timer = setTimeout(draw, WAIT_MS); });
  });
  Array.prototype.forEach.call(document.querySelectorAll("input[type=file][data-into]"), function (input) {
    input.closest("[data-needs-script]").hidden = false;
    input.addEventListener("change", function () {
      var reader = new FileReader();
      if (!input.files.length) { return; }
      reader.onload = function () { document.getElementById(input.dataset.into).value = reader.result; };
      reader.readAsText(input.files[0]);
    });
  });
})();
