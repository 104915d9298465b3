package hardware

import (
	_ "embed"
	"fmt"
	"math"

	"github.com/coldcurve/coldcurve/internal/spec"
)

// accuracyTable is written by TestAccuracy from measured runs.
//
//go:embed accuracy.toml
var accuracyTable []byte

// Accuracy is how far profiles were from what was measured, on one GPU under
// one load.
type Accuracy struct {
	GPU       string    `toml:"gpu" required:"true"`
	Model     string    `toml:"model" required:"true"`
	Precision Precision `toml:"precision" required:"true"`
	Basis     Basis     `toml:"basis" required:"true"`
	Engine    string    `toml:"engine" required:"true"` // that the profile was made with
	Metric    string    `toml:"metric" required:"true"` // TPOT, TTFT, E2E, prompt
	Load      string    `toml:"load" required:"true"`
	Points    int64     `toml:"points" required:"true"`
	Median    float64   `toml:"median" required:"true"` // of |error|, as a part
	P90       float64   `toml:"p90" required:"true"`    // of |error|
	Bias      float64   `toml:"bias" required:"true"`   // median of the error
	// Band says that the error of other answers is taken from here: the engine
	// is the one that was measured.
	Band bool `toml:"band"`
}

// Accuracies returns the accuracy table, as docs/ai.md shows it.
func Accuracies() ([]Accuracy, error) {
	root, err := spec.Parse("accuracy.toml", accuracyTable)
	if err != nil {
		return nil, fmt.Errorf("reading the accuracy table: %w", err)
	}
	var f struct {
		Rows []Accuracy `toml:"accuracy" required:"true"`
	}
	if err := root.Decode(&f); err != nil {
		return nil, fmt.Errorf("reading the accuracy table: %w", err)
	}
	return f.Rows, nil
}

// Band is the error to expect of a profile's time a token.
type Band struct {
	Median, P90 float64 // of |error|, as a part of what is measured
	Bias        float64 // median of the error: above 0 where profiles are too slow; 0 where GPUs differ in it
	Points      int64   // measured
	// Of says whose error that is: this GPU's and basis's own, or the largest of
	// others, where none of its own is known.
	Of  string
	Own bool
}

// String returns the band in a few words.
func (b Band) String() string {
	if math.IsInf(b.Median, 1) {
		return "not known: " + b.Of
	}
	return fmt.Sprintf("±%.0f %% (9 of 10 within ±%.0f %%): %s", 100*b.Median, 100*b.P90, b.Of)
}

// Band returns the error to expect of the profile: where it was calibrated, that of
// its test; else from the accuracy table: that of runs on its GPU, at its precision, of engines that schedule as its own does;
// where there are none, the largest of others from the same basis.
func (f *Facts) Band() Band {
	if f.Calibration != nil {
		return f.Calibration.band()
	}
	rows, err := Accuracies()
	if err != nil {
		return Band{Median: math.Inf(1), P90: math.Inf(1), Of: "no accuracy table"} // it is embedded and tested
	}
	var own, others []Accuracy
	for _, r := range rows {
		m, err := FindModel(r.Model)
		if !r.Band || r.Metric != "TPOT" || err != nil || r.Basis != f.Basis || m.Dense() != f.Model.Dense() {
			continue
		}
		e, err := findEngine(r.Engine)
		if err != nil {
			continue
		}
		if r.GPU == f.GPU.Name && r.Precision == f.Precision && (e.Host > 0) == (f.Engine.Host > 0) {
			own = append(own, r)
		} else {
			others = append(others, r)
		}
	}
	if len(own) > 0 {
		b := widest(own)
		b.Own = true
		b.Of = fmt.Sprintf("%d measured points of %s on this GPU, %s", b.Points, own[0].Model, own[0].Load)
		if len(own) > 1 {
			b.Of = fmt.Sprintf("the largest of %d measured runs on this GPU", len(own))
		}
		return b
	}
	if len(others) == 0 {
		return Band{Median: math.Inf(1), P90: math.Inf(1), Of: "nothing like it was measured"}
	}
	b := widest(others)
	b.Of = fmt.Sprintf("not measured on this GPU with such an engine and precision; the largest of %d measured runs from %s", len(others), f.Basis)
	if f.Basis == FromRoofline {
		b.Of = fmt.Sprintf("the largest of %d GPUs whose rooflines were set beside measured kernels; no engine was measured", len(others))
	}
	return b
}

// widest returns the largest errors of some runs.
func widest(rows []Accuracy) Band {
	b := Band{Bias: rows[0].Bias}
	for _, r := range rows {
		b.Median, b.P90 = math.Max(b.Median, r.Median), math.Max(b.P90, r.P90)
		b.Points += r.Points
		if math.Abs(r.Bias-b.Bias) > 0.05 {
			b.Bias = 0
		}
	}
	return b
}
