package results

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"math"
	"slices"
	"sort"
	"strconv"
	"strings"

	"github.com/coldcurve/coldcurve/internal/plain"
)

// Render writes the rows in one of Formats to w.
func (s *Set) Render(w io.Writer, format string) error {
	rows, err := s.Rows()
	if err != nil {
		return err
	}
	switch format {
	case "text":
		return s.renderText(w, rows)
	case "csv":
		return writeCSV(w, s.printed(rows))
	case "json":
		return s.renderJSON(w, rows)
	case "bench":
		return s.renderBench(w, rows)
	}
	return fmt.Errorf("%q is no format; these are: %s", format, strings.Join(Formats(), ", "))
}

// Formats returns the names that Render knows.
func Formats() []string { return []string{"text", "csv", "json", "bench"} }

// printed is the sheet of the rows with the metrics that are printed.
func (s *Set) printed(rows []Row) *sheet {
	return s.cellsSheet(rows).only(func(name string) bool {
		metric := strings.TrimSuffix(name, ciSuffix)
		return metricIndex(metric) < 0 || s.prints(metric)
	})
}

// renderJSON writes an object with what the rows come to, and the rows, each an
// object in the order of the columns; a value that is undefined is null.
func (s *Set) renderJSON(w io.Writer, rows []Row) error {
	var b bytes.Buffer
	title, err := json.Marshal(s.Title)
	if err != nil {
		return fmt.Errorf("writing JSON: %w", err)
	}
	answer, err := json.Marshal(s.answer(rows))
	if err != nil {
		return fmt.Errorf("writing JSON: %w", err)
	}
	fmt.Fprintf(&b, "{\n  \"title\": %s,\n  \"answer\": %s,\n", title, answer)
	if w := s.Manifest.Settled; w != nil {
		settled, err := json.Marshal(w)
		if err != nil {
			return fmt.Errorf("writing JSON: %w", err)
		}
		fmt.Fprintf(&b, "  \"warmup\": %s,\n", settled)
	}
	if used := s.ratesUsed(); used != "" {
		fmt.Fprintf(&b, "  \"rates\": %q,\n", used)
	}
	if covers := s.covers(rows); covers != "" {
		text, err := json.Marshal(covers)
		if err != nil {
			return fmt.Errorf("writing JSON: %w", err)
		}
		fmt.Fprintf(&b, "  \"intervals\": %s,\n", text)
	}
	b.WriteString("  \"rows\": [")
	sh := s.printed(rows)
	first := true
	err = sh.rows(func(line []any) error {
		if !first {
			b.WriteByte(',')
		}
		first = false
		b.WriteString("\n    ")
		return jsonObject(&b, sh.columns, line)
	})
	if err != nil {
		return fmt.Errorf("writing JSON: %w", err)
	}
	b.WriteString("\n  ]\n}\n")
	if _, err := w.Write(b.Bytes()); err != nil {
		return fmt.Errorf("writing JSON: %w", err)
	}
	return nil
}

// jsonObject writes a row as an object in the order of the columns.
func jsonObject(b *bytes.Buffer, columns []column, line []any) error {
	for i, v := range line {
		name, err := json.Marshal(columns[i].name)
		if err != nil {
			return err
		}
		value, err := jsonValue(v, columns[i].kind)
		if err != nil {
			return err
		}
		b.WriteString(map[bool]string{true: "{", false: ", "}[i == 0])
		fmt.Fprintf(b, "%s: %s", name, value)
	}
	b.WriteByte('}')
	return nil
}

func jsonValue(v any, k kind) ([]byte, error) {
	switch v := v.(type) {
	case float64:
		switch {
		case math.IsNaN(v) || math.IsInf(v, 0):
			return []byte("null"), nil
		case k == moneyColumn:
			return []byte(allDigits(v)), nil
		}
		return []byte(number(v)), nil
	case exactNumber:
		return json.Marshal(string(v))
	}
	return json.Marshal(v)
}

// renderBench writes Go's benchmark format: a line a row and replication, so
// that benchstat has as many samples as there are replications.
func (s *Set) renderBench(w io.Writer, rows []Row) error {
	var b bytes.Buffer
	if s.Manifest.GOARCH != "" {
		fmt.Fprintf(&b, "goarch: %s\n", s.Manifest.GOARCH)
	}
	if s.Title != "" {
		fmt.Fprintf(&b, "title: %s\n", oneLine(s.Title))
	}
	benchUnits(&b, rows, s.prints)
	benchLines(&b, rows, s.prints)
	if _, err := w.Write(b.Bytes()); err != nil {
		return fmt.Errorf("writing the benchmark format: %w", err)
	}
	return nil
}

// prints reports whether Render has a metric.
func (s *Set) prints(metric string) bool {
	return s.Metrics == nil || slices.Contains(s.Metrics, metric)
}

// benchUnits writes which way the chosen metrics are better.
func benchUnits(b *bytes.Buffer, rows []Row, chosen func(metric string) bool) {
	for _, p := range metricsOf(rows) {
		m := metrics[p]
		if !chosen(m.Name) {
			continue
		}
		better := "lower"
		if m.Better > 0 {
			better = "higher"
		}
		units := []string{benchUnit(m.Name)}
		if m.Money {
			units = nil
			for _, c := range currencies(rows) {
				units = append(units, benchUnit(m.Name+"_"+c))
			}
		}
		for _, u := range units {
			fmt.Fprintf(b, "Unit %s better=%s\n", u, better)
		}
	}
}

// benchLines writes a line a row and replication in which a chosen metric is defined.
func benchLines(b *bytes.Buffer, rows []Row, chosen func(metric string) bool) {
	for i := range rows {
		for n := range rows[i].Replications {
			benchLine(b, &rows[i], n, chosen)
		}
	}
}

// benchLine writes one replication of a row.
func benchLine(b *bytes.Buffer, r *Row, n int, chosen func(metric string) bool) {
	var values strings.Builder
	for m := range metrics {
		if n >= len(r.Stats[m].Values) || !chosen(metrics[m].Name) {
			continue
		}
		if v := r.Stats[m].Values[n]; !math.IsNaN(v) {
			name := metrics[m].Name
			if metrics[m].Money {
				name += "_" + r.Currency
			}
			fmt.Fprintf(&values, " %s %s", strconv.FormatFloat(v, 'g', -1, 64), benchUnit(name))
		}
	}
	if values.Len() == 0 {
		return // a benchmark without a value is none
	}
	b.WriteString("BenchmarkRun")
	keys := append([]PathValue{}, r.Values...)
	keys = append(keys, PathValue{Path: "platform", Label: r.Platform})
	if r.Tariff != "" {
		keys = append(keys, PathValue{Path: "tariff", Label: r.Tariff})
	}
	for _, v := range keys {
		if v.absent() {
			continue
		}
		fmt.Fprintf(b, "/%s=%s", benchWord(v.Path), benchWord(v.Label))
	}
	b.WriteString(" 1" + values.String() + "\n")
}

// benchUnit turns a column's name into a unit: latency_p99_s is p99-s. That of
// money ends with the currency, so that no mean is over two.
func benchUnit(name string) string {
	return strings.ToLower(strings.ReplaceAll(strings.TrimPrefix(name, "latency_"), "_", "-"))
}

// benchWord makes a word of a name's part: no space and no slash, which would
// end it.
func benchWord(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == ' ', r == '/', plain.Acts(r):
			return '_'
		}
		return r
	}, s)
}

// oneLine replaces what would end a line or act on a terminal, each character
// by one, as labels that are cut to a width need it.
func oneLine(s string) string {
	return strings.Map(func(r rune) rune {
		if plain.Acts(r) {
			return '\uFFFD'
		}
		return r
	}, s)
}

// sortedKeys returns the keys of a map in order.
func sortedKeys[V any](m map[string]V) []string {
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	sort.Strings(keys)
	return keys
}
