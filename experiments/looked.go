package experiments

import (
	"fmt"
	"strings"

	"github.com/coldcurve/coldcurve/internal/spec"
	"github.com/coldcurve/coldcurve/sim"
)

// lookedAt returns the index of the function that a user names: by its ID, by a name that no
// other application has, or as a table shortens it, where each … stands for any text. None
// and several are errors.
func lookedAt(functions []sim.Function, name string) (int, error) {
	var names []string
	var named, alike []int
	for i := range functions {
		f := &functions[i]
		switch {
		case f.ID() == name:
			return i, nil
		case f.Name == name:
			named = append(named, i)
		case stands(f.ID(), name):
			alike = append(alike, i)
		}
		names = append(names, f.ID())
	}
	list, several := named, "is a function of more than one application"
	if len(named) == 0 {
		list, several = alike, "stands for more than one function"
	}
	switch len(list) {
	case 0:
		return 0, fmt.Errorf("%s", spec.Unknown("function", name, names))
	case 1:
		return list[0], nil
	}
	return 0, fmt.Errorf("%s %s: %s, %s", name, several, names[list[0]], names[list[1]])
}

// stands reports whether a text is what a pattern with an … for any text stands for.
func stands(text, pattern string) bool {
	parts := strings.Split(pattern, "…")
	rest, ok := strings.CutPrefix(text, parts[0])
	if !ok || len(parts) == 1 {
		return false
	}
	last := parts[len(parts)-1]
	for _, part := range parts[1 : len(parts)-1] {
		if _, rest, ok = strings.Cut(rest, part); !ok {
			return false
		}
	}
	return strings.HasSuffix(rest, last)
}
