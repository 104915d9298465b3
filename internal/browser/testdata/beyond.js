// What is beyond the right edge of the window, but for what scrolls by itself.
(() => {
  const wide = document.documentElement.clientWidth, out = [];
  if (document.documentElement.scrollWidth > wide) out.push("the page is " + document.documentElement.scrollWidth + " wide");
  for (const node of document.body.querySelectorAll("*")) {
    if (!node.checkVisibility() || node.closest(".scroll > *, pre > *, .hidden, .tip, script, style, .drawn svg *, .chart svg *:not(text)")) continue;
    const box = node.getBoundingClientRect();
    if (box.width > 0 && box.right > wide + 1) out.push(node.tagName + "." + node.getAttribute("class") + " ends at " + Math.round(box.right) + ": " + node.textContent.trim().slice(0, 40));
  }
  return out.slice(0, 10);
})()
