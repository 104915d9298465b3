// Package pages is what all pages that people send to each other are made of:
// report.html, compare.html, estimate.html and optimize.html. A page is one file
// that needs nothing else, by day, by night, on a phone and on paper.
//
//  1. New gives a Page: one style and one script, of the files in style and script.
//  2. Parse reads a page's own templates with the parts that all have: the head, the
//     foot, tables, figures, stacked bars.
//  3. A Figure is a drawing, which all readers see, and its Chart: the same data, which
//     the script draws anew where there is room for it, and reads out to the pointer
//     and the keyboard.
//  4. Page.Policy lets a browser apply that style and run that script, and nothing
//     else, whatever a name on the page may hold.
//
// Without the script, all tables and drawings are there: it adds controls to them, and
// takes nothing away.
package pages
