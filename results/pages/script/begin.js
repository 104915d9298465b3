// What the page has, it gets controls for.
addThemeButton();
const results = document.getElementById("cells");
if (results) {
  addPicks(results);
  const chooser = makeChooser(results);
  makePair(results, chooser.all);
}
makePlainTablesSortable();
for (const figure of document.querySelectorAll("figure > script[type='application/json']")) makeChart(figure.parentElement, JSON.parse(figure.textContent));
