(function () {
  "use strict";
  var table = document.getElementById("cells"), body = table.tBodies[0];
  var heads = Array.prototype.slice.call(table.tHead.rows[0].cells);
  function value(row, i) {
    var cell = row.cells[i], v = cell.getAttribute("data-v");
    return v === null ? cell.textContent : parseFloat(v);
  }
  heads.forEach(function (head, i) {
    head.firstChild.addEventListener("click", function () {
      var down = head.getAttribute("aria-sort") === "ascending";
      heads.forEach(function (h) { h.removeAttribute("aria-sort"); });
      head.setAttribute("aria-sort", down ? "descending" : "ascending");
      Array.prototype.slice.call(body.rows).sort(function (a, b) {
        var x = value(a, i), y = value(b, i), c;
        if (typeof x === "number" && typeof y === "number") { c = x - y; }
        else if (typeof x === "number") { return -1; }
        else if (typeof y === "number") { return 1; }
        else { c = x.localeCompare(y, "en", { numeric: true }); }
        return down ? -c : c;
      }).forEach(function (row) { body.appendChild(row); });
    });
  });
  document.getElementById("filter").addEventListener("input", function () {
    var words = this.value.toLowerCase().split(/\s+/);
    Array.prototype.forEach.call(body.rows, function (row) {
      var text = row.textContent.toLowerCase();
      row.hidden = !words.every(function (w) { return text.indexOf(w) >= 0; });
    });
  });
}());
