// What is beyond the right edge of the window, but for what scrolls by itself; and words of
// headings that go beyond their column, which the next one covers.
(() => {
  const wide = document.documentElement.clientWidth, out = [];
  if (document.documentElement.scrollWidth > wide) out.push("the page is " + document.documentElement.scrollWidth + " wide");
  for (const node of document.body.querySelectorAll("*")) {
    if (!node.checkVisibility() || node.closest(".scroll > *, pre > *, .hidden, .tip, script, style, .drawn svg *, .chart svg *:not(text)")) continue;
    const box = node.getBoundingClientRect();
    if (box.width > 0 && box.right > wide + 1) out.push(node.tagName + "." + node.getAttribute("class") + " ends at " + Math.round(box.right) + ": " + node.textContent.trim().slice(0, 40));
  }
  for (const head of document.body.querySelectorAll("thead th")) {
    if (!head.checkVisibility() || head.querySelector(".hidden")) continue;
    const cell = head.getBoundingClientRect(), words = document.createRange();
    words.selectNodeContents(head.querySelector("button") || head);
    for (const box of words.getClientRects()) {
      if (box.right > cell.right + 1 || box.left < cell.left - 1) { out.push("heading " + head.textContent + " goes from " + Math.round(box.left) + " to " + Math.round(box.right) + " in a column from " + Math.round(cell.left) + " to " + Math.round(cell.right)); break; }
    }
  }
  return out.slice(0, 10);
})()
