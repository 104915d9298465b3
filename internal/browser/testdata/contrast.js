// The texts of the page whose contrast is below 4.5 (WCAG 2.2, 1.4.3): (L1 + 0.05) ÷ (L2 + 0.05)
// of their relative luminances, over what is behind them.
(() => {
  const parse = text => { const m = text.match(/[\d.]+/g).map(Number); return { rgb: m.slice(0, 3), a: m[3] ?? 1 }; };
  const over = (top, under) => top.rgb.map((v, i) => v * top.a + under[i] * (1 - top.a));
  const luminance = rgb => rgb.map(v => v / 255).map(v => v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4).reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0);
  const behind = node => {
    if (!node) return [255, 255, 255];
    const colour = parse(getComputedStyle(node).backgroundColor);
    return colour.a === 1 ? colour.rgb : over(colour, behind(node.parentElement));
  };
  const low = new Set(), walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let text = walker.nextNode(); text; text = walker.nextNode()) {
    const node = text.parentElement;
    if (!text.data.trim() || !node.checkVisibility() || node.closest(".hidden, script, style, title, .drawn") || node.closest("svg")?.closest(".scroll")) continue;
    const style = getComputedStyle(node), under = behind(node instanceof SVGElement ? node.closest("svg").parentElement : node);
    const ink = over(parse(node instanceof SVGElement ? style.fill : style.color), under);
    const [a, b] = [luminance(ink), luminance(under)].sort((x, y) => y - x), contrast = (a + 0.05) / (b + 0.05);
    if (contrast < 4.5) low.add(contrast.toFixed(2) + " " + node.tagName + "." + node.getAttribute("class") + ": " + text.data.trim().slice(0, 40));
  }
  return [...low];
})()
