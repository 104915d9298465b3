package results

import (
	"math"
	"slices"
	"strings"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/font"
	"gonum.org/v1/plot/vg"

	"github.com/coldcurve/coldcurve/costmodel"
)

// zeroGap is how far below the least value a 0 stands on a logarithmic axis, in
// decades.
const zeroGap = 0.5

// setLog makes an axis logarithmic from lo to hi, both > 0.
func setLog(a *plot.Axis, lo, hi float64, length vg.Length) {
	a.Min, a.Max = math.Log10(lo), math.Log10(hi)
	a.Tick.Marker = scale{log: true, label: short, zero: nan, length: length, size: tickSizeOf(a)}
}

func setEven(a *plot.Axis, lo, hi float64, length vg.Length) {
	a.Min, a.Max = lo, hi
	a.Tick.Marker = scale{label: short, zero: nan, length: length, size: tickSizeOf(a)}
}

func tickSizeOf(a *plot.Axis) font.Length { return a.Tick.Label.Font.Size }

// fitLog gives a logarithmic axis its range and ticks; where there are zeros, they
// stand below the least value above 0. It is even where nothing is above 0.
func fitLog(a *plot.Axis, values []float64, length vg.Length) {
	zeros := slices.ContainsFunc(values, func(x float64) bool { return x <= 0 })
	lo, hi, ok := span(slices.DeleteFunc(slices.Clone(values), func(x float64) bool { return !(x > 0) }))
	if !ok {
		setEven(a, 0, 1, length)
		return
	}
	room := max(math.Pow(hi/lo, 0.06), 1.06)
	setLog(a, lo/room, hi*room, length)
	if zeros {
		s := a.Tick.Marker.(scale)
		s.zero = math.Log10(lo) - max(zeroGap, 0.15*(a.Max-a.Min))
		a.Min, a.Tick.Marker = s.zero-0.04*(a.Max-s.zero), s
	}
}

// fitAxis gives an axis its range, with some room around the values, and its
// ticks: logarithmic where the values span more than a factor of 20.
func fitAxis(a *plot.Axis, values []float64, length vg.Length) {
	lo, hi, ok := span(values)
	if !ok || (lo == 0 && hi == 0) {
		setEven(a, 0, 1, length)
		a.Min = -0.03
		return
	}
	least, most, positive := span(slices.DeleteFunc(slices.Clone(values), func(x float64) bool { return !(x > 0) }))
	switch {
	case lo > 0 && hi/lo > 20, lo == 0 && positive && most/least > 200:
		fitLog(a, values, length)
		return
	}
	room := (hi - lo) * 0.07
	if room == 0 {
		room = math.Abs(hi) * 0.1
	}
	from := lo - room
	if lo >= 0 && lo < (hi-lo)*0.6 { // near 0: start a little below it, so that points on it are whole
		from = -room / 2
	}
	setEven(a, from, hi+room, length)
}

// timeScale is the unit in which times up to a number of seconds are read best,
// and how many of it a second has.
func timeScale(most float64) (unit string, per float64) {
	switch {
	case most < 0.9995e-3 && most > 0:
		return "µs", 1e6
	case most < 0.9995 && most > 0:
		return "ms", 1e3
	}
	return "s", 1
}

// costWords is a title of costs in a currency.
func costWords(currency string, span costmodel.Span) string {
	of := " a month"
	if span == costmodel.SpanRun {
		of = " of the run"
	}
	if currency == "" {
		return "cost" + of
	}
	return "cost, " + currency + of
}

// metricWords names a metric with its unit, as an axis does; costs are of a month
// or a run.
func metricWords(name, currency string, span costmodel.Span) string {
	i := metricIndex(name)
	if i < 0 {
		return inWords(name)
	}
	m := &metrics[i]
	text := strings.TrimSuffix(strings.TrimSuffix(m.Name, "_s"), "_gib")
	if q, isQuantile := strings.CutPrefix(text, "latency_p"); isQuantile {
		if len(q) > 2 {
			q = q[:2] + "." + q[2:]
		}
		return "p" + q + " of latency, s"
	}
	text = inWords(text)
	for _, short := range []string{"ttft", "tpot", "gpu", "kv"} {
		if rest, ok := strings.CutPrefix(text, short+" "); ok {
			text = strings.ToUpper(short) + " " + rest
		}
	}
	switch {
	case name == "cost":
		return costWords(currency, span)
	case m.Money:
		return text + ", " + currency
	case m.Unit == "1":
		return text + ", %"
	case m.Unit != "" && !strings.Contains(text, m.Unit):
		return text + ", " + m.Unit
	}
	return text
}

// asDrawn is a metric's value in the unit of metricWords.
func asDrawn(name string, x float64) float64 {
	if i := metricIndex(name); i >= 0 && metrics[i].Unit == "1" {
		return x * 100
	}
	return x
}

// mostOf is what no value of a column can be above, in its own unit: all of a share;
// 0: there is no most.
func mostOf(name string) float64 {
	if i := metricIndex(name); i >= 0 && metrics[i].Unit == "1" {
		return 1
	}
	return 0
}

// sweptWords names a swept path, as an axis does: by its keys below what it is a
// key of, and its unit.
func sweptWords(path, unit string) string {
	keys := pathKeys(path)
	switch {
	case len(keys) > 3 && keys[0] == "workload" && keys[1] == "function":
		keys = keys[3:]
	case len(keys) > 3 && keys[0] == "app":
		keys = ofPart(keys[2:])
	case len(keys) > 2 && keys[0] == "platform":
		keys = keys[2:]
	case len(keys) > 1 && keys[0] == "workload":
		keys = keys[1:]
	}
	for len(keys) > 1 && (keys[0] == "server" || keys[0] == "hardware") {
		keys = keys[1:]
	}
	if len(keys) > 1 && keys[0] == "limit" {
		keys = append(slices.Clone(keys[1:]), "limit")
	}
	var words []string
	for _, k := range keys {
		words = append(words, inWords(k))
	}
	text := oneLine(strings.Join(words, " "))
	if unit != "" {
		text += ", " + unit
	}
	return text
}

// ofPart are the keys of a part of an application, of a flow's those of its step: its
// name and what is swept, without the table that this is in.
func ofPart(keys []string) []string {
	if len(keys) > 3 && (keys[1] == "step" || keys[1] == "steps") {
		keys = keys[2:]
	}
	if len(keys) > 2 && slices.Contains([]string{"queue", "stream", "bus", "http", "async"}, keys[1]) {
		return append([]string{keys[0]}, keys[2:]...)
	}
	return keys
}

// keyWords are keys that are no words.
var keyWords = map[string]string{
	"arrivals": "arrival", "keepalive": "keep-alive", "cv": "coefficient of variation", "vcpu": "vCPUs",
	"init": "initialisation", "service": "service time", "app": "application", "gib": "GiB",
	"blocks": "KV blocks", "max_num_seqs": "max_num_seqs", "max_num_batched_tokens": "max_num_batched_tokens", // as vLLM has them
	"memory_min": "least memory", "wasted": "wasted memory × time",
}

func inWords(key string) string {
	if w, ok := keyWords[key]; ok {
		return w
	}
	return strings.ReplaceAll(key, "_", " ")
}

// pathKeys cuts a dotted path into its keys; one in quotes may hold dots.
func pathKeys(path string) []string {
	keys := writtenKeys(path)
	for i, key := range keys {
		if last := len(key) - 1; last > 0 && (key[0] == '"' || key[0] == '\'') && key[last] == key[0] {
			keys[i] = key[1:last]
		}
	}
	return keys
}

// writtenKeys are the keys of a path as it has them, in quotes or without.
func writtenKeys(path string) (keys []string) {
	for path != "" {
		end := strings.IndexByte(path, '.')
		if q := path[0]; q == '"' || q == '\'' {
			if close := strings.IndexByte(path[1:], q); close >= 0 {
				keys = append(keys, path[:close+2])
				path = strings.TrimPrefix(path[close+2:], ".")
				continue
			}
		}
		if end < 0 {
			return append(keys, path)
		}
		keys, path = append(keys, path[:end]), path[end+1:]
	}
	return keys
}

// wrapTitles breaks the axes' titles that are longer than the room of a plot.
func (k look) wrapTitles(p *plot.Plot, width, height vg.Length) {
	p.X.Label.Text = strings.Join(wrap(p.X.Label.Text, k.label, width), "\n")
	p.Y.Label.Text = strings.Join(wrap(p.Y.Label.Text, k.label, height), "\n")
}

// setTime gives an axis of time ticks that suit a clock.
func setTime(a *plot.Axis) {
	s := a.Tick.Marker.(scale)
	s.time = true
	a.Tick.Marker = s
}
