(function () {
  "use strict";
  var doc = document;
  function all(selector, root) { return Array.prototype.slice.call((root || doc).querySelectorAll(selector)); }

  // Filters: one bar for each list; a row stays when every chosen value and every searched word is its own.
  function Bar(bar) {
    var list = doc.querySelector(bar.dataset.list);
    if (!list) { return; }
    var rows = all(".f", list);
    var keys = all("[data-key]", bar);
    var text = bar.querySelector("[data-text]");
    var sort = bar.querySelector("[data-sort]");
    var output = bar.querySelector("output");
    var timer = 0;
    rows.forEach(function (row, index) { row.place = index; });

    function matches(row, words) {
      for (var i = 0; i < keys.length; i += 1) {
        var control = keys[i];
        var value = control.type === "checkbox" ? (control.checked ? control.value : "") : control.value;
        if (value !== "" && row.dataset[control.dataset.key] !== value) { return false; }
      }
      if (words.length === 0) { return true; }
      if (row.words === undefined) { row.words = row.textContent.toLowerCase(); }
      return words.every(function (word) { return row.words.indexOf(word) >= 0; });
    }
    function apply() {
      var words = text ? text.value.toLowerCase().split(/\s+/).filter(Boolean) : [];
      var shown = 0;
      rows.forEach(function (row) {
        var keep = matches(row, words);
        row.hidden = !keep;
        if (keep) { shown += 1; }
      });
      all("tbody", list).concat(all(".office", list)).forEach(function (group) {
        group.hidden = !group.querySelector(".f:not([hidden])");
      });
      output.textContent = output.dataset.shown.replace("#", shown);
    }
    function order() {
      all("tbody", list).forEach(function (body) {
        var own = all(".f", body);
        own.sort(function (a, b) {
          var by = sort.value ? Number(b.dataset[sort.value]) - Number(a.dataset[sort.value]) : 0;
          return by || a.place - b.place;
        });
        own.forEach(function (row) { body.appendChild(row); });
      });
    }
    function reset() {
      all("select,input", bar).forEach(function (control) {
        if (control.type === "checkbox") { control.checked = false; } else { control.value = ""; }
      });
      if (sort) { order(); }
      apply();
    }
    bar.addEventListener("change", function (event) { if (event.target === sort) { order(); } apply(); });
    bar.addEventListener("input", function (event) {
      if (event.target === text) { clearTimeout(timer); timer = setTimeout(apply, 120); }
    });
    bar.querySelector("[data-reset]").addEventListener("click", reset);
    bar.addEventListener("keydown", function (event) { if (event.key === "Escape") { reset(); } });
    apply();
    return { list: list, reset: reset };
  }
  var bars = all(".bar").map(Bar).filter(Boolean);

  // A link to a problem shows it, whatever is filtered.
  function show() {
    var target = location.hash.length > 1 && doc.getElementById(decodeURIComponent(location.hash.slice(1)));
    if (!target) { return; }
    bars.forEach(function (bar) { if (bar.list.contains(target) && target.offsetParent === null) { bar.reset(); } });
    var details = target.querySelector("details.ev");
    if (details && target.classList.contains("f")) { details.open = true; }
    target.scrollIntoView();
  }
  window.addEventListener("hashchange", show);
  show();

  // Sorting by a column head: numbers as numbers, empty cells last.
  all("table.sortable").forEach(function (table) {
    var body = table.tBodies[0];
    all("thead th", table).forEach(function (head, index) {
      var button = doc.createElement("button");
      button.type = "button";
      while (head.firstChild) { button.appendChild(head.firstChild); }
      head.appendChild(button);
      button.addEventListener("click", function () {
        var down = head.getAttribute("aria-sort") === "ascending";
        all("thead th", table).forEach(function (other) { other.removeAttribute("aria-sort"); });
        head.setAttribute("aria-sort", down ? "descending" : "ascending");
        var rows = all("tr", body).map(function (row, place) {
          return { row: row, place: place, key: row.cells[index].textContent.trim() };
        });
        rows.sort(function (a, b) {
          if (a.key === "" || b.key === "") { return (a.key === "") - (b.key === "") || a.place - b.place; }
          var x = Number(a.key), y = Number(b.key);
          var by = isNaN(x) || isNaN(y) ? a.key.localeCompare(b.key, "zh") : x - y;
          return (down ? -by : by) || a.place - b.place;
        });
        rows.forEach(function (item) { body.appendChild(item.row); });
      });
    });
  });

  // Pages open beside the report.
  doc.addEventListener("click", function (event) {
    var link = event.target.closest && event.target.closest("a[href^='http']");
    if (link) { link.target = "_blank"; link.rel = "noopener noreferrer"; }
  });

  // On paper nothing can be unfolded: open the evidence of short reports, and close it again afterwards.
  var opened = [];
  window.addEventListener("beforeprint", function () {
    if (!doc.body.hasAttribute("data-print-open")) { return; }
    opened = all("details.ev:not([open])");
    opened.forEach(function (details) { details.open = true; });
  });
  window.addEventListener("afterprint", function () {
    opened.forEach(function (details) { details.open = false; });
    opened = [];
  });
}());
