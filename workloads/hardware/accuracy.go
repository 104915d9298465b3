package hardware

import (
	_ "embed"
	"fmt"
	"slices"
	"sync"

	"github.com/coldcurve/coldcurve/internal/spec"
)

// accuracyTable is written by TestAccuracy from measured runs.
//
//go:embed accuracy.toml
var accuracyTable []byte

// Quantity is what profiles were compared in.
type Quantity string

// Quantities, each relative to what was measured.
const (
	TPOT    Quantity = "TPOT"    // time per output token after the first
	TTFT    Quantity = "TTFT"    // time to the first token
	Prompts Quantity = "prompt"  // time of a pass over prompts alone
	E2E     Quantity = "E2E"     // time from arrival to the last token
	Ceiling Quantity = "ceiling" // requests a second at most
)

// Accuracy is how far profiles were from what was measured, on one GPU under
// one load.
type Accuracy struct {
	GPU       string    `toml:"gpu" required:"true"`
	Model     string    `toml:"model" required:"true"`
	Precision Precision `toml:"precision" required:"true"`
	Basis     Basis     `toml:"basis" required:"true"`
	Grade     string    `toml:"grade" required:"true"`
	Engine    string    `toml:"engine" required:"true"` // that the profile was made with
	Scheduler string    `toml:"scheduler" required:"true"`
	Metric    Quantity  `toml:"metric" required:"true"`
	Load      string    `toml:"load" required:"true"`
	// Beside is what the steps rest on that a roofline was set beside; "": an
	// engine was measured.
	Beside Basis   `toml:"beside"`
	Points int64   `toml:"points" required:"true"`
	Median float64 `toml:"median" required:"true"` // of |error|, as a part
	P90    float64 `toml:"p90" required:"true"`    // of |error|
	Bias   float64 `toml:"bias" required:"true"`   // median of the error
	// Band says that the error of other answers is taken from here: the engine
	// is the one that was measured, as far as that was told.
	Band bool `toml:"band"`
}

// Accuracies returns the accuracy table, as docs/ai.md shows it.
func Accuracies() ([]Accuracy, error) {
	rows, err := theAccuracies()
	return slices.Clone(rows), err
}

// theAccuracies is read once: each platform of a sweep asks for it.
var theAccuracies = sync.OnceValues(readAccuracies)

func readAccuracies() ([]Accuracy, error) {
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
