package hardware

import (
	"fmt"

	"github.com/coldcurve/coldcurve/sim"
)

// Basis is what step times rest on.
type Basis string

// Bases, from the best to the worst.
const (
	FromOperations Basis = "operations" // the operations of this model, measured on this GPU
	FromKernels    Basis = "kernels"    // kernels of any shape, measured on this GPU
	FromRoofline   Basis = "roofline"   // the board's bandwidth and arithmetic alone
)

// Facts is what a profile tells of itself.
type Facts struct {
	GPU       GPU
	Count     int64
	Model     Model
	Precision Precision
	// KVPrecision is that of keys and values.
	KVPrecision KVPrecision
	Engine      Engine
	Basis       Basis
	// Grade is A where the operations of this model were measured on this GPU,
	// B where it is composed of kernels that were, C where some of its parts
	// were not and are derived, U where it is a roofline.
	Grade   string
	Notes   []string // what was not measured, and what stands in its place
	Sources []string
	Fit     Fit
	Blocks  int64 // of 16 tokens, for keys and values
	// Front is what passes before a request reaches the scheduler.
	Front sim.Time
	// ByHand is true where times of the host, or scales, are neither the engine's nor
	// of a calibration: what was compared with engines had none such.
	ByHand bool
	// Draw is the power of each GPU. DrawGrade and DrawSource are of what was measured
	// while it makes tokens; empty: nothing was.
	Draw                  Draw
	DrawGrade, DrawSource string
	// Calibration is what the profile was fitted to; nil: to nothing.
	Calibration *Calibration
}

// WeightBytes returns the bytes of the model's weights, on all GPUs together.
func (f *Facts) WeightBytes() float64 { return f.Model.Weights(f.Precision) }

// TokenBytes returns the bytes of keys and values that a token takes on each GPU.
func (f *Facts) TokenBytes() int64 { return f.Model.TokenBytes(f.Count, f.KVPrecision) }

// Label returns the profile in a few words.
func (f *Facts) Label() string {
	name := f.Model.Name
	if name == "" {
		name = fmt.Sprintf("a model of %.1f billion weights", f.Model.Parameters()/1e9)
	}
	kv := ""
	if f.KVPrecision == KV8 {
		kv = " (keys and values in fp8)"
	}
	return fmt.Sprintf("%s %s%s on %d × %s", name, f.Precision, kv, f.Count, f.GPU.Name)
}

// derive notes that a part was not measured.
func (f *Facts) derive(format string, a ...any) {
	f.Notes = append(f.Notes, fmt.Sprintf(format, a...))
	if f.Grade < "C" {
		f.Grade = "C"
	}
}
