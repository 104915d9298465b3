package hardware

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/coldcurve/coldcurve/sim/servers"
)

// Band is the error to expect of what a profile leads to.
type Band struct {
	Median, P90 float64 // of |error|, as a part of what is measured; +Inf where it is not known
	Bias        float64 // median of the error: above 0 where profiles are too slow; 0 where runs differ in it
	Points      int64   // measured
	// Of says whose error that is: this GPU's and basis's own, or the largest of
	// others, where none of its own is known; or why it is not known.
	Of  string
	Own bool
}

// Known reports whether anything was measured that the band can be taken from.
func (b Band) Known() bool { return !math.IsInf(b.Median, 1) }

// String returns the band in a few words.
func (b Band) String() string {
	if !b.Known() {
		return "not known: " + b.Of
	}
	return fmt.Sprintf("±%s (9 of 10 within ±%s): %s", percent(b.Median), percent(b.P90), b.Of)
}

// percent writes a part in percent, with two digits that mean something.
func percent(part float64) string {
	switch x := 100 * part; {
	case x == 0:
		return "0 %"
	case x < 0.095:
		return strconv.FormatFloat(x, 'f', 2, 64) + " %"
	case x < 9.95:
		return strconv.FormatFloat(x, 'f', 1, 64) + " %"
	default:
		return strconv.FormatFloat(x, 'f', 0, 64) + " %"
	}
}

func unknownBand(format string, a ...any) Band {
	return Band{Median: math.Inf(1), P90: math.Inf(1), Of: fmt.Sprintf(format, a...)}
}

// Band returns the error to expect of the profile in a quantity, under a
// scheduler: of TPOT, where it was calibrated, that of its test; else from the
// accuracy table: that of runs on its GPU, at its precision and grade, of engines
// that schedule as its own does. Where there are none, a band of TPOT is the
// largest of others of its basis and grade or better, if its precision and kind
// of model was compared at all, and that of a roofline the error of the roofline
// and of what it was set beside in sequence; of other quantities it is not known.
func (f *Facts) Band(of Quantity, scheduler servers.Scheduler) Band { return f.Bands(scheduler)[of] }

// Bands returns [Facts.Band] of each quantity.
func (f *Facts) Bands(scheduler servers.Scheduler) map[Quantity]Band {
	rows, err := Accuracies()
	all := map[Quantity]Band{}
	t := &bandTable{f, scheduler, rows, map[string]bool{}, map[string]bool{}}
	for _, of := range []Quantity{TPOT, TTFT, Prompts, E2E, Ceiling} {
		if err != nil {
			all[of] = unknownBand("no accuracy table") // it is embedded and tested
			continue
		}
		all[of] = t.band(of)
	}
	return all
}

func (t *bandTable) band(of Quantity) Band {
	if t.Calibration != nil {
		switch {
		case of != TPOT:
			return unknownBand("a calibration tells of the time per output token alone")
		case t.Calibration.Scheduler != t.scheduler.String():
			return unknownBand("it was calibrated under %s, not %s", t.Calibration.Scheduler, t.scheduler)
		}
		return t.Calibration.band()
	}
	if t.ByHand {
		return unknownBand("host, front or scales are given by hand, and not fitted")
	}
	if t.KVPrecision == KV8 {
		return unknownBand("keys and values in fp8 were compared with no engine")
	}
	if t.Basis == FromRoofline {
		if of != TPOT {
			return unknownBand("rooflines were set beside measured steps, not engines")
		}
		return t.roofline()
	}
	if own := t.own(of); len(own) > 0 {
		return ownBand(own)
	}
	if of != TPOT {
		return unknownBand("it was not compared on this GPU, at this precision, with such an engine")
	}
	return t.largest(t.Basis)
}

// bandTable is the accuracy table as a profile under a scheduler reads it.
type bandTable struct {
	*Facts
	scheduler servers.Scheduler
	rows      []Accuracy
	dense     map[string]bool // of models that were looked up: files are read once
	packed4   map[string]bool // of GPUs: they multiply in 4 bits
}

// isDense tells it of a model that ships.
func (t *bandTable) isDense(model string) bool {
	dense, ok := t.dense[model]
	if !ok {
		m, err := FindModel(model)
		dense = err == nil && m.Dense()
		t.dense[model] = dense
	}
	return dense
}

// multipliesIn4 tells whether a GPU that ships has arithmetic of 4 bits.
func (t *bandTable) multipliesIn4(gpu string) bool {
	has, ok := t.packed4[gpu]
	if !ok {
		g, err := (catalog{shipped}).gpu(gpu)
		has = err == nil && g.FlopsFP4 > 0
		t.packed4[gpu] = has
	}
	return has
}

// like returns the rows of a quantity and basis, of the same scheduler and kind of
// model, that bands are taken from.
func (t *bandTable) like(of Quantity, basis Basis) (list []Accuracy) {
	for _, r := range t.rows {
		if r.Band && r.Metric == of && r.Basis == basis && r.Beside == "" &&
			r.Scheduler == t.scheduler.String() && t.isDense(r.Model) == t.Model.Dense() {
			list = append(list, r)
		}
	}
	return list
}

// scheduled reports whether a row's profile has an engine that schedules as this
// one's does: between the steps, or while one runs.
func (t *bandTable) scheduled(r *Accuracy) bool {
	e, err := findEngine(r.Engine)
	return err == nil && (e.Host > 0) == (t.Engine.Host > 0)
}

// multiplied reports whether a row's products are at the precision of this
// profile, by the same kind of arithmetic: a board that has none of 4 bits
// multiplies such weights in 16.
func (t *bandTable) multiplied(r *Accuracy) bool {
	return r.Precision == t.Precision && (t.Precision != FP4 || t.multipliesIn4(r.GPU) == (t.GPU.FlopsFP4 > 0))
}

func (t *bandTable) own(of Quantity) (own []Accuracy) {
	for _, r := range t.like(of, t.Basis) {
		if r.GPU == t.GPU.Name && r.Grade == t.Grade && t.multiplied(&r) && t.scheduled(&r) {
			own = append(own, r)
		}
	}
	return own
}

func ownBand(own []Accuracy) Band {
	b := widest(own)
	b.Own = true
	b.Of = fmt.Sprintf("%s of %s on this GPU, %s", count(b.Points, "measured point"), own[0].Model, own[0].Load)
	if len(own) > 1 {
		worst := slices.MaxFunc(own, func(a, b Accuracy) int { return cmp.Compare(a.Median, b.Median) })
		b.Of = fmt.Sprintf("the largest of %d measured runs on this GPU (%s)", len(own), worst.Load)
	}
	return b
}

// largest returns the largest errors of TPOT from a basis: of the grade of this
// profile at its precision, or better at any. Those of engines that schedule in
// another way count only where this precision was compared with no other.
func (t *bandTable) largest(basis Basis) Band {
	grade := max(t.Grade, "B")
	if t.Basis == FromRoofline {
		grade = "B" // what rooflines were set beside
	}
	var others, apart []Accuracy
	for _, r := range t.like(TPOT, basis) {
		switch {
		case r.Grade > grade || r.Grade == "C" && !t.multiplied(&r):
		case t.scheduled(&r):
			others = append(others, r)
		case t.multiplied(&r):
			apart = append(apart, r)
		}
	}
	compared := func(r Accuracy) bool { return t.multiplied(&r) && (t.Grade != "C" || r.Grade == "C") }
	if !slices.ContainsFunc(others, compared) {
		others = append(others, apart...)
	}
	if !slices.ContainsFunc(others, compared) {
		return unknownBand("no %s from %s (grade %s) was compared with an engine under %s", t.kind(), basis, t.Grade, t.scheduler)
	}
	b := widest(others)
	b.Of = fmt.Sprintf("not measured on this GPU with such an engine and precision; the largest of %s from %s, of %s", count(len(others), "measured run"), basis, models(others))
	return b
}

// kind names what was or was not compared.
func (t *bandTable) kind() string {
	if t.Model.Dense() {
		return fmt.Sprintf("dense model in %s", t.Precision)
	}
	return fmt.Sprintf("model of experts in %s", t.Precision)
}

// roofline returns the largest error of rooflines that were set beside measured
// steps, and, in sequence, of these beside engines: both ways off at once.
func (t *bandTable) roofline() Band {
	switch {
	case t.Precision != BF16 || !t.Model.Dense() || t.Model.HeadDim != measuredWidth || t.Model.Window > 0:
		return unknownBand("a roofline was set beside measured steps for a dense model in bf16 with heads of %d, not for such a one", int64(measuredWidth))
	case t.Count > 1:
		return unknownBand("rooflines were set beside measured steps on one GPU, not on several that share each layer")
	}
	worst, boards := Band{}, 0
	for _, r := range t.rows {
		if r.Basis != FromRoofline || r.Metric != TPOT || !r.Band {
			continue
		}
		steps := t.largest(r.Beside)
		if !steps.Known() {
			if r.Beside == FromKernels {
				return unknownBand("what rooflines were set beside was not compared with an engine under %s", t.scheduler)
			}
			continue
		}
		boards++
		worst.Median = max(worst.Median, inSequence(r.Median, steps.Median))
		worst.P90 = max(worst.P90, inSequence(r.P90, steps.P90))
		worst.Points += r.Points
	}
	worst.Of = fmt.Sprintf("the largest of %s, each set beside measured steps and these beside engines, both off in the same direction; no engine was measured on this GPU", count(boards, "roofline"))
	return worst
}

// inSequence returns the error of two errors one upon the other.
func inSequence(a, b float64) float64 { return float64((1+a)*(1+b)) - 1 }

func count[N int | int64](n N, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}

// models names the models of some runs, each once.
func models(rows []Accuracy) string {
	var names []string
	for _, r := range rows {
		if !slices.Contains(names, r.Model) {
			names = append(names, r.Model)
		}
	}
	return strings.Join(names, ", ")
}

// widest returns the largest errors of some runs.
func widest(rows []Accuracy) Band {
	b := Band{Bias: rows[0].Bias}
	for _, r := range rows {
		b.Median, b.P90 = max(b.Median, r.Median), max(b.P90, r.P90)
		b.Points += r.Points
		if math.Abs(r.Bias-b.Bias) > 0.05 {
			b.Bias = 0
		}
	}
	return b
}
