// Package browser tests the pages that the command writes in a real, headless Chromium:
// what a reader sees, by pointer and by keys, on a phone and on paper, with the network
// off. It has tests alone.
//
// They skip where no Chromium is found, unless COLDCURVE_CHROMIUM is "required".
// COLDCURVE_AXE names the file axe.min.js of axe-core, whose rules the pages then pass,
// and COLDCURVE_SHOTS a folder for pictures of each page, for a person to look at.
package browser
