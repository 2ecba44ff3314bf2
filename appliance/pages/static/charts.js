/* Charts that answer: what is pointed at, or reached with the arrow keys, is shown and read out. A click or Enter goes
   to what is behind it. Without this script browsers show each value's title, and the table is there. */
(function () {
  "use strict";
  function all(selector, within) { return Array.prototype.slice.call(within.querySelectorAll(selector)); }

  all(".chart .plots", document).forEach(function (plots) {
    var tip = plots.parentNode.querySelector(".tip"), marked = null;
    all(".hit", plots).forEach(function (hit) {
      var title = hit.querySelector("title");
      hit._said = title.textContent;
      hit.removeChild(title);  // the browser's own would come late, and on top of ours
      if (hit.dataset.href) { hit.style.cursor = "pointer"; }
    });
    function seen() { return all(".hit", plots).filter(function (hit) { return hit.getBoundingClientRect().width > 0; }); }
    function mark(hit) {
      if (marked === hit) { return; }
      if (marked) { marked.classList.remove("on"); }
      marked = hit;
      tip.classList.toggle("shown", !!hit);
      if (!hit) { tip.textContent = ""; return; }
      hit.classList.add("on");
      tip.textContent = hit._said;
      var box = plots.parentNode.getBoundingClientRect(), at = hit.getBoundingClientRect();
      var room = box.width - tip.offsetWidth - 8, left = at.left + at.width / 2 - box.left - tip.offsetWidth / 2;
      tip.style.left = Math.max(8, Math.min(left, room)) + "px";
      tip.style.top = Math.max(4, at.top - box.top - tip.offsetHeight - 4) + "px";
      if (document.activeElement === plots && plots.scrollWidth > plots.clientWidth) { plots.scrollLeft += at.left - box.left - box.width / 2; }
    }
    function go() { if (marked && marked.dataset.href) { location.href = marked.dataset.href; } }
    plots.addEventListener("mouseover", function (event) { mark(event.target._said ? event.target : null); });
    plots.addEventListener("mouseleave", function () { mark(null); });
    plots.addEventListener("blur", function () { mark(null); });
    plots.addEventListener("click", function (event) {
      if (!event.target._said) { return; }
      // A finger cannot point without touching: the first touch shows, the second goes.
      var again = marked === event.target || !window.matchMedia("(hover: none)").matches;
      mark(event.target);
      if (again) { go(); }
    });
    plots.addEventListener("keydown", function (event) {
      var hits = seen(), at = hits.indexOf(marked);
      var to = { ArrowRight: at + 1, ArrowLeft: at < 0 ? hits.length - 1 : at - 1, Home: 0, End: hits.length - 1 }[event.key];
      if (to !== undefined) { event.preventDefault(); mark(hits[Math.max(0, Math.min(to, hits.length - 1))]); }
      if (event.key === "Enter") { event.preventDefault(); event.stopPropagation(); go(); }
      if (event.key === "Escape") { mark(null); }
    });
  });
})();
