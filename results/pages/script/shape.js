// How series look: the colours of the page's palette, dashes and marks of the drawings.
const dashes = ["", "6 2.5", "1.6 2", "7 2 1.6 2"];
const colourOf = c => c >= 0 ? "var(--c" + c % 7 + ")" : c === -1 ? "var(--text)" : "var(--grey)";

// markAt is a mark around a place.
function markAt(kind, x, y, colour, r = 3.6) {
  const outline = { stroke: colour, "stroke-width": 1.6, fill: "none" };
  const path = d => draw("path", { d, ...outline });
  switch (kind) {
    case "ring": return draw("circle", { cx: x, cy: y, r: r + .4, ...outline });
    case "square": return draw("rect", { x: x - r, y: y - r, width: 2 * r, height: 2 * r, ...outline });
    case "box": return draw("rect", { x: x - r, y: y - r, width: 2 * r, height: 2 * r, fill: colour });
    case "triangle": return path(`M${x} ${y - r * 1.2}L${x + r * 1.1} ${y + r * .8}H${x - r * 1.1}Z`);
    case "down": return path(`M${x} ${y + r * 1.2}L${x + r * 1.1} ${y - r * .8}H${x - r * 1.1}Z`);
    case "diamond": return path(`M${x} ${y - r * 1.35}L${x + r * 1.35} ${y}L${x} ${y + r * 1.35}L${x - r * 1.35} ${y}Z`);
    case "plus": return path(`M${x - r} ${y}H${x + r}M${x} ${y - r}V${y + r}`);
    case "cross": return path(`M${x - r} ${y - r}L${x + r} ${y + r}M${x - r} ${y + r}L${x + r} ${y - r}`);
    default: return draw("circle", { cx: x, cy: y, r, fill: colour });
  }
}

// swatch is a series' place in the legend.
function swatch(series) {
  const svg = draw("svg", { viewBox: "0 0 26 12", "aria-hidden": "true" }), colour = colourOf(series.colour);
  if (["area", "bar", "shade"].includes(series.kind)) svg.append(draw("rect", { x: 7, y: 0, width: 12, height: 12, fill: colour }));
  else if (series.kind !== "point") svg.append(draw("line", { x1: 0, x2: 26, y1: 6, y2: 6, stroke: colour, "stroke-width": 2, "stroke-dasharray": dashes[series.dash ?? 0] }));
  if (series.mark) svg.append(markAt(series.mark, 13, 6, colour, 3.4));
  return svg;
}

const finite = x => x !== null && x !== undefined && Number.isFinite(x);

// pathOf joins places, with a gap where there is none.
function pathOf(points, step) {
  let d = "", open = false;
  for (const [x, y] of points) {
    if (!finite(x) || !finite(y)) { open = false; continue; }
    const at = x.toFixed(1) + " " + y.toFixed(1);
    d += !open ? "M" + at : step ? "H" + x.toFixed(1) + "V" + y.toFixed(1) : "L" + at;
    open = true;
  }
  return d;
}

