package imports

import (
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
)

// Report writes what was read, what must be filled in and what was not carried, for
// people. written is the name of the file that was made, empty where it was printed.
func (d *Draft) Report(w io.Writer, written string, open []Open) error {
	var b strings.Builder
	c := d.Counts()
	fmt.Fprintf(&b, "%s (%s): %s, %s, %s, %s\n", d.Source, d.Format, plural(len(c.Flows), "flow"), plural(c.Functions, "function"), plural(c.Triggers, "trigger"), plural(c.Stores, "store"))
	for i := range c.Flows {
		f := &c.Flows[i]
		fmt.Fprintf(&b, "  flow %s: %s (%s)", f.Name, plural(f.States(), "state"), kindsOf(f.Kinds))
		ways := fmt.Sprint(f.Least)
		if f.Most != f.Least {
			ways += fmt.Sprintf(" to %d", f.Most)
		}
		fmt.Fprintf(&b, "; %s entered on a way without errors", ways)
		if f.Caught > f.Most {
			fmt.Fprintf(&b, ", up to %d where errors are caught", f.Caught)
		}
		b.WriteByte(10)
	}
	if len(d.Filled) > 0 {
		b.WriteString("\nFrom the logs:\n")
		for _, f := range d.Filled {
			fmt.Fprintf(&b, "  %s\n", comment(f))
		}
	}
	if len(open) > 0 {
		fmt.Fprintf(&b, "\nTo be filled in (%d):\n", len(open))
		for _, o := range open {
			at := fmt.Sprintf("%s:%d", written, o.Line)
			if written == "" {
				at = fmt.Sprintf("line %d", o.Line)
			}
			fmt.Fprintf(&b, "  %s: %s: %s\n", at, o.Path, o.What)
		}
	}
	if len(d.Lost) > 0 {
		fmt.Fprintf(&b, "\nRead and not carried (%d):\n", len(d.Lost))
		for _, l := range grouped(d.Lost) {
			fmt.Fprintf(&b, "  %s: %s\n", l.at, comment(l.what))
		}
	}
	if len(d.Notes) > 0 {
		fmt.Fprintf(&b, "\nAssumed:\n")
		for _, n := range d.Notes {
			fmt.Fprintf(&b, "  %s\n", comment(n))
		}
	}
	_, err := io.WriteString(w, b.String())
	return err
}

func kindsOf(kinds map[string]int) string {
	var parts []string
	for _, k := range slices.Sorted(maps.Keys(kinds)) {
		parts = append(parts, fmt.Sprintf("%d %s", kinds[k], k))
	}
	return strings.Join(parts, ", ")
}

type group struct{ file, at, what string }

// linesMost is how many lines of a file are named where the same holds on more.
const linesMost = 8

// grouped joins what was lost in the same way on several lines.
func grouped(lost []Lost) (groups []group) {
	lines, places := map[group]int{}, map[group]int{}
	for _, l := range lost {
		k := group{file: l.File, what: l.What}
		i, known := places[k]
		if !known {
			i = len(groups)
			places[k] = i
			groups = append(groups, group{l.File, l.File, l.What})
		}
		lines[k]++
		switch n := lines[k]; {
		case l.Line == 0:
		case n == 1:
			groups[i].at += fmt.Sprintf(":%d", l.Line)
		case n <= linesMost:
			groups[i].at += fmt.Sprintf(", %d", l.Line)
		case n == linesMost+1:
			groups[i].at += ", …"
		}
	}
	return groups
}
