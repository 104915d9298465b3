package results

import (
	"cmp"
	"errors"
	"fmt"
	"math"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/coldcurve/coldcurve/costmodel"
	"github.com/coldcurve/coldcurve/results/stat"
)

// Comparison is two result folders side by side: A before, B after.
type Comparison struct {
	A, B   Manifest
	Inputs []InputChange // what differs in what they were made from
	// Paired is true where both have the same seed, as many replications and the same
	// model version: these then saw the same random numbers, and differences are taken
	// replication by replication. Otherwise the two are independent samples, as single runs are
	// whose intervals are over blocks.
	Paired       bool
	Rows         []ComparedRow // in the order of A
	OnlyA, OnlyB []string      // rows that the other has not
	// CostsApart says why costs are not compared, and of which rows: a month's are not
	// with a run's, nor those in one currency with those in another.
	CostsApart []string
	// Metrics are those that are compared and shown, in the order of the columns;
	// nil: all. Those that are held to a tolerance are so besides.
	Metrics []string

	before, after []*readRow
	// blocks are what intervals are over before and after, "batches", "days", or "" of
	// replications, where a side has one replication and one has them over blocks; nil:
	// differences are of replications.
	blocks []string
	// keys are those of the experiments that differ and can change a result; keysUnknown
	// where one of the two does not have its experiment.
	keys        []InputChange
	keysUnknown bool
	// adaptive is true where both go on until they are precise, from as many replications:
	// how many they end with is a result.
	adaptive bool
}

// InputChange is one thing that differs in what two folders were made from: a key of
// the experiment by its path with its values as TOML, or what the manifest states.
// What one of them has not is empty.
type InputChange struct{ Name, A, B string }

// String says it in a line.
func (c InputChange) String() string {
	return fmt.Sprintf("%s: %s → %s", oneLine(c.Name), orAbsent(c.A), orAbsent(c.B))
}

// orAbsent is a value of an input, digests cut to what tells them apart.
func orAbsent(value string) string {
	switch digest, ok := strings.CutPrefix(value, sha256Prefix); {
	case value == "":
		return "absent"
	case ok && len(digest) > digestShown:
		return sha256Prefix + digest[:digestShown] + "…"
	}
	return truncate(oneLine(value), valueShown)
}

const (
	digestShown = 12 // digits of a digest that people are shown
	valueShown  = 80 // characters of a key's value
)

// ComparedRow is a row that both folders have: of the same swept values,
// platform and tariff.
type ComparedRow struct {
	Label    string
	Currency string   // of its costs, ISO 4217, before or, where it has none, after
	Changes  []Change // of each metric that is defined in one of them, in the order of the columns
	// Loses is true where the row loses requests, before or after, that are not its
	// workload's own (see Row.Fit).
	Loses bool
	// StepsA and StepsB are what times of a language model rest on before and after;
	// nil: on no profile.
	StepsA, StepsB *StepTimes
}

// Change is how a metric moved from A to B.
type Change struct {
	Metric string
	A, B   float64 // means over replications, the largest of maxima; NaN where undefined
	// Difference is B − A. Where Paired, Half is the half-width of the 95 %
	// t-interval of the paired differences, else of Welch's, or of both sides' own
	// intervals where those of a single run are over blocks of it (apartHalf); NaN where a
	// side has none, for maxima, and of pairs also where one of a
	// pair is undefined: the means are then not of the same replications. Of
	// quantiles it is wider by what the bins of both leave open.
	Difference, Half float64
	Relative         float64 // Difference ÷ |A|; NaN where A is 0
	// Saved is which part of the variance of the difference was saved since the two are
	// paired (stat.PairingSaved); NaN where they are not, or nothing varies.
	Saved float64
}

// Same reports whether nothing moved at all.
func (c *Change) Same() bool {
	return c.A == c.B || (math.IsNaN(c.A) && math.IsNaN(c.B))
}

// untold reports whether the change is not told from none.
func (c *Change) untold() bool { return untoldFromNone(c.Difference, c.Half) }

// worse returns by how much B is worse than A, in the metric's unit; less than
// 0 where it is better.
func (c *Change) worse() float64 {
	if i := metricIndex(c.Metric); i >= 0 && metrics[i].Better > 0 {
		return -c.Difference
	}
	return c.Difference
}

// Compare reads two result folders.
func Compare(dirA, dirB string) (*Comparison, error) {
	a, err := readFolder(dirA)
	if err != nil {
		return nil, err
	}
	b, err := readFolder(dirB)
	if err != nil {
		return nil, err
	}
	return compare(a, b), nil
}

// compare sets two results side by side.
func compare(a, b *readResults) *Comparison {
	c := &Comparison{A: a.manifest, B: b.manifest, before: a.rows, after: b.rows}
	c.Paired = c.A.Seed == c.B.Seed && c.A.Replications == c.B.Replications && c.A.ModelVersion == c.B.ModelVersion
	if over := []string{a.over(), b.over()}; over[0]+over[1] != "" && min(c.A.Replications, c.B.Replications) < 2 {
		c.Paired, c.blocks = false, over
	}
	c.Inputs = inputChanges(&a.manifest, &b.manifest, a.kept, b.kept)
	if c.keysUnknown = a.experiment == nil || b.experiment == nil; !c.keysUnknown {
		c.keys = slices.DeleteFunc(keyChanges(a.experiment, b.experiment), InputChange.wordsAlone)
		x, y := a.experiment.Get("replications"), b.experiment.Get("replications")
		c.adaptive = a.experiment.Get("precision") != nil && b.experiment.Get("precision") != nil && x.Canonical() == y.Canonical()
	}
	losesA, losesB := losing(a.rows), losing(b.rows)
	if c.A.Span != c.B.Span && slices.ContainsFunc(a.rows, (*readRow).billed) && slices.ContainsFunc(b.rows, (*readRow).billed) {
		c.CostsApart = append(c.CostsApart, fmt.Sprintf("they are%s before,%s after", spanWords(c.A.Span), spanWords(c.B.Span)))
	}
	for _, row := range a.rows {
		other, ok := b.find(row.key)
		if !ok {
			c.OnlyA = append(c.OnlyA, row.label)
			continue
		}
		if row.billed() && other.billed() && row.currency != other.currency {
			c.CostsApart = append(c.CostsApart, fmt.Sprintf("%s: %s before, %s after", row.label, row.currency, other.currency))
		}
		c.Rows = append(c.Rows, ComparedRow{Label: row.label, Currency: cmp.Or(row.currency, other.currency), Changes: c.changes(row, other),
			Loses: losesA[row.key] || losesB[row.key], StepsA: row.steps, StepsB: other.steps})
	}
	for _, row := range b.rows {
		if _, ok := a.find(row.key); !ok {
			c.OnlyB = append(c.OnlyB, row.label)
		}
	}
	return c
}

// losing has the keys of the rows that lose requests, whatever their SLO.
func losing(rows []*readRow) map[string]bool {
	all := make([]Row, len(rows))
	for i, r := range rows {
		all[i] = r.row()
	}
	excuse(all)
	out := map[string]bool{}
	for i := range all {
		out[rows[i].key] = all[i].fault().loses()
	}
	return out
}

// span is what the costs that are compared are of.
func (c *Comparison) span() costmodel.Span {
	if !slices.ContainsFunc(c.before, (*readRow).billed) {
		return c.B.Span
	}
	return c.A.Span
}

// changes compares two rows metric by metric.
func (c *Comparison) changes(a, b *readRow) []Change {
	var out []Change
	for m := range metrics {
		name, maximum := metrics[m].Name, metrics[m].Maximum
		if metrics[m].Money && a.billed() && b.billed() && (a.currency != b.currency || c.A.Span != c.B.Span) {
			continue
		}
		x, y := a.stat(m), b.stat(m)
		if !x.Defined() && !y.Defined() {
			continue
		}
		ch := Change{Metric: name, A: x.Mean, B: y.Mean, Difference: y.Mean - x.Mean, Half: nan, Saved: nan}
		switch {
		case c.blocks != nil:
			ch.Half = apartHalf(a.half(name, x)-x.bins, b.half(name, y)-y.bins) + x.bins + y.bins
		case !c.Paired && !maximum:
			ch.Half = stat.Welch(stat.Defined(x.Values), stat.Defined(y.Values), stat.Level) + x.bins + y.bins
		case c.Paired && !undefinedIn(x) && !undefinedIn(y):
			d, _ := difference(y, x, maximum)
			ch.Half = d.Half
			ch.Saved = d.Saved
		}
		ch.Difference = stat.RoundOff(ch.Difference, math.Max(math.Abs(x.Mean), math.Abs(y.Mean)))
		ch.Relative = where(x.Mean != 0, ch.Difference/math.Abs(x.Mean))
		out = append(out, ch)
	}
	return out
}

// undefinedIn reports whether a metric is undefined in some replication.
func undefinedIn(s Stat) bool { return len(stat.Defined(s.Values)) < len(s.Values) }

// inputChanges lists what two folders were made from and differs: by the keys of
// their experiments and tariffs, where both keep them, else by what their manifests state.
func inputChanges(a, b *Manifest, before, after kept) []InputChange {
	var out []InputChange
	add := func(name, x, y string) {
		if x != y {
			out = append(out, InputChange{name, x, y})
		}
	}
	add("version", a.Version, b.Version)
	add("model version", a.ModelVersion, b.ModelVersion)
	add("experiment", a.Experiment, b.Experiment)
	add("seed", strconv.FormatUint(a.Seed, 10), strconv.FormatUint(b.Seed, 10))
	add("replications", strconv.Itoa(a.Replications), strconv.Itoa(b.Replications))
	add("--lenient", strconv.FormatBool(a.Lenient), strconv.FormatBool(b.Lenient))
	add(warmupFound, a.Settled.found(), b.Settled.found())
	add("GOARCH", a.GOARCH, b.GOARCH)
	add("exchange rates", cmp.Or(a.Rates, "none"), cmp.Or(b.Rates, "none"))
	var keys []InputChange
	if before.experiment != nil && after.experiment != nil {
		keys = keyChanges(before.experiment, after.experiment)
		out = append(out, keys...)
	} else {
		add(ExperimentFile, before.whether(), after.whether())
		add("experiment hash", a.Hash, b.Hash)
		add("span of bills", a.Span.String(), b.Span.String())
	}
	told := tariffChanges(before.tariffs, after.tariffs)
	out = append(out, told...)
	kinds := []inputKind{{"trace", a.Traces, b.Traces}, {"tariff", a.Tariffs, b.Tariffs}, {"script", a.Scripts, b.Scripts}}
	if len(keys) == 0 { // which say how a platform differs
		kinds = append(kinds, inputKind{"platform", a.Platforms, b.Platforms})
	}
	for _, kind := range kinds {
		for _, in := range kind.a {
			if name := kind.name + " " + in.Name; !toldOf(told, name) {
				add(name, in.Digest, digestOf(kind.b, in.Name))
			}
		}
		for _, in := range kind.b {
			if digestOf(kind.a, in.Name) == "" {
				add(kind.name+" "+in.Name, "", in.Digest)
			}
		}
	}
	if len(out) == 0 { // whatever it is
		add("experiment hash", a.Hash, b.Hash)
	}
	return out
}

// warmupFound names the warm-up that was found, a result that is said beside the inputs.
const warmupFound = "warm-up found"

// inputKind is the inputs of one kind, before and after.
type inputKind struct {
	name string
	a, b []Input
}

func digestOf(list []Input, name string) string {
	for _, in := range list {
		if in.Name == name {
			return in.Digest
		}
	}
	return ""
}

// readResults is a result folder as Compare reads it.
type readResults struct {
	manifest Manifest
	kept
	rows []*readRow
}

// readRow is a row with its metrics' values by replication.
type readRow struct {
	key    string // path=value of each swept path, platform, tariff
	label  string // the same with short paths
	values map[string][]float64
	// currency is that of its costs; "" where nothing is billed.
	currency string

	paths            []PathValue // labels only
	platform, tariff string
	counterfactual   string // as in cells
	steps            *StepTimes
	halves           map[string]float64 // of intervals over blocks; nil: they are over replications
}

// stat summarises a metric by its place.
func (r *readRow) stat(m int) Stat { return statOf(m, r.values[metrics[m].Name]) }

// row is the row with its metrics.
func (r *readRow) row() Row {
	row := Row{Values: r.paths, Platform: r.platform, Tariff: r.tariff, Currency: r.currency, Counterfactual: r.counterfactual,
		Bound:    r.counterfactual == counterfactual(true, false, nil) || r.counterfactual == counterfactual(true, true, nil),
		Estimate: r.counterfactual == counterfactual(true, true, nil), Stats: make([]Stat, len(metrics))}
	for m := range metrics {
		row.Stats[m] = r.stat(m)
		row.Replications = max(row.Replications, len(row.Stats[m].Values))
	}
	return row
}

// billed reports whether the row has costs.
func (r *readRow) billed() bool { return r.currency != "" }

func (r *readResults) find(key string) (*readRow, bool) {
	for _, row := range r.rows {
		if row.key == key {
			return row, true
		}
	}
	return nil, false
}

// readFolder reads a folder's manifest and its metrics by replication.
func readFolder(dir string) (*readResults, error) {
	m, err := readManifest(dir)
	if err != nil {
		return nil, err
	}
	out := &readResults{manifest: *m}
	for _, f := range m.Files { // also of what is not read: the folder is believed, or not
		if f.Name == replicationsFile {
			continue
		}
		file, _, err := m.open(dir, f.Name)
		if err != nil {
			return nil, err
		}
		file.Close() // read only
	}
	if out.kept, err = m.readKept(dir); err != nil {
		return nil, err
	}
	path := filepath.Join(dir, replicationsFile)
	file, size, err := m.open(dir, replicationsFile)
	if err != nil {
		return nil, err
	}
	defer file.Close() // read only
	table, err := readParquet(file, size)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	if out.rows, err = table.rowsByLabel(); err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return out, out.readHalves(dir)
}

// rowsByLabel groups the lines of replications.parquet by row.
func (t *parquetTable) rowsByLabel() ([]*readRow, error) {
	replication := t.column("replication")
	currency, kind := t.column("currency"), t.column("counterfactual")
	if t.column("platform") < 0 || t.column("tariff") < 0 || kind < 0 || replication < 0 || currency < 0 {
		return nil, errors.New("it lacks the column platform, tariff, counterfactual, currency or replication")
	}
	short := t.shortNames()
	var rows []*readRow
	var last *readRow
	for i := range t.lines {
		key := t.label(i, t.names)
		if last == nil || last.key != key {
			last = &readRow{key: key, label: t.label(i, short), values: map[string][]float64{}, currency: t.lines[i][currency].text,
				paths: t.pathValues(i), platform: t.lines[i][t.column("platform")].text, tariff: t.lines[i][t.column("tariff")].text,
				counterfactual: t.lines[i][kind].text, steps: t.stepTimes(i)}
			rows = append(rows, last)
		}
		for c, name := range t.names {
			if metricIndex(name) >= 0 {
				last.values[name] = append(last.values[name], t.lines[i][c].number)
			}
		}
	}
	return rows, nil
}

// shortNames returns the columns' names, those of swept paths cut to their ends.
func (t *parquetTable) shortNames() []string {
	var paths []column
	for _, name := range t.names[:t.column("platform")] {
		paths = append(paths, column{name: name})
	}
	return append(shortPaths(paths), t.names[len(paths):]...)
}

// pathValues returns the swept values of a line.
func (t *parquetTable) pathValues(i int) (values []PathValue) {
	for c, name := range t.names[:t.column("platform")] {
		v := PathValue{Path: name, Label: t.lines[i][c].text}
		if !t.lines[i][c].isText {
			v.Label = number(t.lines[i][c].number)
		}
		values = append(values, v)
	}
	return values
}

// label names a line by what a row is matched by: path=value for each swept
// path, then platform and tariff.
func (t *parquetTable) label(i int, names []string) string {
	var words []string
	for c, name := range t.names {
		switch {
		case name == "platform":
			words = append(words, t.lines[i][c].text)
			if tariff := t.lines[i][t.column("tariff")].text; tariff != "" {
				words = append(words, tariff)
			}
			return strings.Join(words, ", ")
		case t.lines[i][c].isText && t.lines[i][c].text == "": // a case leaves it out
		case t.lines[i][c].isText:
			words = append(words, names[c]+"="+t.lines[i][c].text)
		default:
			words = append(words, names[c]+"="+number(t.lines[i][c].number))
		}
	}
	return strings.Join(words, ", ")
}
