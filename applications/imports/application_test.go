package imports

import (
	"errors"
	"strings"
	"testing"

	"github.com/coldcurve/coldcurve/applications"
	"github.com/coldcurve/coldcurve/internal/spec"
)

// Each file that is written is an application with nothing wrong but what is to be
// filled in, and that is what the list says.
func TestApplications(t *testing.T) {
	for _, c := range definitions {
		t.Run(c.file, func(t *testing.T) { checked(t, definition(t, c.file)) })
	}
}

// checked reads what a draft becomes, as it is and filled in.
func checked(t *testing.T, d *Draft) *applications.Application {
	t.Helper()
	text, open := d.Write()
	root, err := spec.Parse("app.toml", []byte(text))
	if err != nil {
		t.Fatalf("%v\n%s", err, text)
	}
	_, err = applications.Read(root)
	var u *applications.Unfilled
	if len(open) > 0 && !errors.As(err, &u) || len(open) == 0 && err != nil {
		t.Fatalf("found %v, want nothing but holes\n%s", err, text)
	}
	if u != nil && len(u.Holes) != len(open) {
		t.Errorf("%d holes, %d listed", len(u.Holes), len(open))
	}
	for i, o := range open {
		if u != nil && i < len(u.Holes) && (u.Holes[i].Line != o.Line || u.Holes[i].Path != o.Path) {
			t.Errorf("hole %d: %v listed as %v", i, u.Holes[i], o)
		}
	}
	full := filled(text, open)
	root, err = spec.Parse("app.toml", []byte(full))
	if err != nil {
		t.Fatalf("%v\n%s", err, full)
	}
	a, err := applications.Read(root)
	if err != nil {
		t.Fatalf("filled in: %v\n%s", err, full)
	}
	return a
}

// filled puts plausible values in place of what is to be filled in.
func filled(text string, open []Open) string {
	head, text, _ := strings.Cut(text, "\ntitle = ") // the comment before it speaks of "?" too
	for _, o := range open {
		last := o.Path[strings.LastIndexByte(o.Path, '.')+1:]
		v := `"20ms"`
		if last == "error_rate" {
			v = "0.01"
		}
		switch last {
		case "rate":
			v = `"2/s"`
			if strings.Contains(o.Path, ".retry.") {
				v = "2"
			}
		case "probability", "tolerate", "match":
			v = "0.3"
		case "count", "items", "capacity_units", "concurrency", "attempts", "batch", "retries":
			v = "3"
		case "visibility":
			v = `"12h"`
		case "every":
			v = `"1h"`
		case "memory":
			v = `"512MB"`
		case "platform":
			v = `"lambda"`
		case "service":
			if !strings.HasPrefix(o.Path, "function.") {
				v = `"kinesis"`
			}
		}
		text = strings.Replace(text, `"?"`, v, 1)
	}
	return head + "\ntitle = " + text
}
