package lifetimes

import (
	"encoding/json"
	"fmt"
	"io"
	"strconv"
	"strings"
)

// Formats are how a fit can be printed.
func Formats() []string { return []string{"text", "json"} }

// Render prints a fit.
func (f *Fit) Render(w io.Writer, format string) error {
	if format == "json" {
		e := json.NewEncoder(w)
		e.SetIndent("", "  ")
		if err := e.Encode(f); err != nil {
			return fmt.Errorf("writing the fit: %w", err)
		}
		return nil
	}
	_, err := io.WriteString(w, f.text())
	return err
}

func (f *Fit) text() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%d instances: %d are known to have gone, %d are censored, %d were there before the log, whose age is not known\n", f.Lives, f.Gone, f.Censored, f.Unknown)
	fmt.Fprintf(&b, "%d idle gaps were survived, the longest of %s s; the oldest instance was seen at %s s\n", f.Gaps, seconds(f.Idle.Longest), seconds(f.Age.Longest))
	if f.Overlaps > 0 {
		fmt.Fprintf(&b, "%d requests began while another ran on their instance, first that of line %d: it is taken as busy until the last ends\n", f.Overlaps, f.OverlapLine)
	}
	fmt.Fprintf(&b, "of those that have gone, %.1f by their idle time and %.1f by their age, as expected by the fit\n\n", f.IdleDeaths, float64(f.Gone)-f.IdleDeaths)
	part(&b, "idle time", &f.Idle)
	part(&b, "age", &f.Age)
	fmt.Fprintf(&b, "keepalive = %s\n", f.Table())
	return b.String()
}

func part(b *strings.Builder, name string, s *Steps) {
	fmt.Fprintf(b, "%-10s %12s %12s\n", name, "seconds", "part of all")
	for _, step := range s.List {
		if step.Mass >= 0.0005 {
			fmt.Fprintf(b, "%-10s %12s %10.1f %%\n", "", seconds(step.From)+"–"+seconds(step.To), 100*step.Mass)
		}
	}
	if s.Beyond > 0 {
		fmt.Fprintf(b, "%-10s %12s %10.1f %%   longer than the log shows; taken as that\n", "", "> "+seconds(s.Longest), 100*s.Beyond)
	}
	b.WriteString("\n")
}

func seconds(x float64) string { return strconv.FormatFloat(x, 'f', 0, 64) }

// Table is the keep-alive of an experiment.
func (f *Fit) Table() string {
	return fmt.Sprintf(`{ name = "drawn", idle = %s, age = %s }`, f.Idle.table(), f.Age.table())
}

func (s *Steps) table() string {
	probabilities, values := s.Quantiles()
	p, v := make([]string, len(values)), make([]string, len(values))
	for i := range values {
		p[i] = strconv.FormatFloat(probabilities[i], 'f', 10, 64)
		v[i] = `"` + strconv.FormatFloat(values[i], 'f', 3, 64) + `s"`
	}
	return fmt.Sprintf(`{ dist = "empirical", values = [%s], probabilities = [%s] }`, strings.Join(v, ", "), strings.Join(p, ", "))
}
