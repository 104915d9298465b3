package workloads

import (
	"fmt"
	"math/big"
	"strings"

	"github.com/coldcurve/coldcurve/internal/spec"
	"github.com/coldcurve/coldcurve/sim"
	"github.com/coldcurve/coldcurve/workloads/starts"
)

// Transfer is a phase that loads bytes, as an experiment writes it. What it
// leaves out, its platform says: the bytes are those of the model that the
// platform's server has, and without a bandwidth they come through the platform's
// stores. It takes its fixed part alone until Located has filled that in.
type Transfer struct {
	sim.Sampler // the fixed part
	transferSpec
	phase sim.Phase
	at    *spec.Node
}

type transferSpec struct {
	Size      *spec.Size         `toml:"size" help:"what is loaded; absent, of weights: the model of the platform's server, without stores the part of one GPU"`
	Bandwidth *MeasuredBandwidth `toml:"bandwidth" help:"how fast, or the name of a measured one (coldcurve list starts); absent: through the platform's stores"`
	Lazy      float64            `toml:"lazy" default:"1" help:"part of the size that the start waits for, above 0, at most 1; the rest comes later"`
	Overhead  Distribution       `toml:"overhead" help:"a time beside that of the bytes"`
	Content   string             `toml:"content" help:"name of what is loaded through stores: equal names of a phase are one content; absent: the function's own, or the model"`
}

// isTransfer tells a table of a transfer from one of a distribution.
func isTransfer(n *spec.Node) bool {
	for _, p := range TransferParams() {
		if n.Get(p.Name) != nil {
			return true
		}
	}
	return n.IsTable() && len(n.Keys()) == 0
}

// TransferParams are the keys of a phase that loads bytes.
func TransferParams() []spec.Param { return spec.Params(new(transferSpec)) }

// MeasuredBandwidth is a bandwidth, or the name of one that was measured.
type MeasuredBandwidth spec.Bandwidth

// UnmarshalText reads a bandwidth or a name.
func (b *MeasuredBandwidth) UnmarshalText(text []byte) error {
	if name := string(text); name != "" && !strings.Contains(name, "/") && (name[0] < '0' || name[0] > '9') {
		known, err := starts.FindBandwidth(name)
		*b = MeasuredBandwidth(known.Rate)
		return err
	}
	return (*spec.Bandwidth)(b).UnmarshalText(text)
}

// decodeTransfer reads a phase that loads bytes.
func decodeTransfer(phase sim.Phase, n *spec.Node) (*Transfer, error) {
	t := &Transfer{phase: phase, at: n}
	if err := n.Decode(&t.transferSpec); err != nil {
		return nil, err
	}
	if t.Sampler = t.Overhead.Sampler; t.Sampler == nil {
		t.Sampler = sim.Constant(0)
	}
	switch {
	case t.Size == nil && phase != sim.PhaseWeights:
		return nil, n.Errorf("missing key %q", "size")
	case t.Bandwidth != nil && *t.Bandwidth <= 0:
		return nil, n.Errorf("bandwidth is %v, want it above 0", spec.Bandwidth(*t.Bandwidth))
	case !(t.Lazy > 0 && t.Lazy <= 1):
		return nil, n.Get("lazy").Errorf("found %v, want a part above 0, at most 1", t.Lazy)
	case t.Content != "" && t.Bandwidth != nil:
		return nil, n.Get("content").Errorf("found a content beside a bandwidth, want one of them: what has a bandwidth of its own does not come through stores")
	}
	if t.Size != nil && t.Bandwidth != nil {
		if _, err := t.time(int64(*t.Size)); err != nil {
			return nil, err
		}
	}
	return t, nil
}

// whole returns how long it takes where nothing is left to the platform.
func (t *Transfer) whole() (sim.Sampler, bool) {
	if t.Size == nil || t.Bandwidth == nil {
		return nil, false
	}
	d, err := t.time(int64(*t.Size))
	return t.and(d), err == nil
}

// time is how long bytes take at its bandwidth.
func (t *Transfer) time(bytes int64) (sim.Time, error) {
	d, err := transferTime(t.needed(bytes), spec.Bandwidth(*t.Bandwidth))
	if err != nil {
		return 0, t.at.Errorf("%w", err)
	}
	return d, nil
}

// needed is the part of the bytes that the start waits for.
func (t *Transfer) needed(bytes int64) int64 {
	if t.Lazy == 1 {
		return bytes
	}
	return int64(float64(bytes)*t.Lazy + 0.5)
}

// and is its fixed part and a time.
func (t *Transfer) and(d sim.Time) sim.Sampler {
	switch fixed := t.Sampler.(type) {
	case sim.Constant:
		return Constant{min(sim.Time(fixed)+d, sim.Longest)}
	case Constant:
		return Constant{min(fixed.value+d, sim.Longest)}
	}
	return delayed{t.Sampler, d}
}

// delayed is a distribution and a time beside it.
type delayed struct {
	sim.Sampler
	by sim.Time
}

// Sample implements sim.Sampler.
func (d delayed) Sample(u float64) sim.Time { return min(d.Sampler.Sample(u)+d.by, sim.Longest) }

// transferTime returns bytes ÷ bandwidth, rounded to the nearest nanosecond.
func transferTime(bytes int64, bandwidth spec.Bandwidth) (sim.Time, error) {
	ns := big.NewInt(bytes)
	ns.Mul(ns, big.NewInt(int64(2*sim.Second)))
	ns.Add(ns, big.NewInt(int64(bandwidth)))
	ns.Div(ns, new(big.Int).Mul(big.NewInt(2), big.NewInt(int64(bandwidth))))
	if !ns.IsInt64() || ns.Int64() > maxDuration {
		return 0, fmt.Errorf("%v at %v takes more than %v", spec.Size(bytes), bandwidth, spec.Duration(maxDuration))
	}
	return ns.Int64(), nil
}

// Location is what a platform says of what starts load on it.
type Location struct {
	Model  string // what its servers serve, by name and precision; "": none
	Bytes  int64  // of the weights of all of it; 0: none
	GPUs   int64  // that load an equal part each, side by side; 0 counts as 1
	Stores bool   // it has stores
}

// Located returns an initialisation with what its transfers leave to the
// platform. Weights without a size are the model's: through stores all of its
// bytes, at a bandwidth of their own the part of one GPU, since all load theirs at
// the same time. Errors name the line of the phase.
func Located(init sim.Init, on Location) (sim.Init, error) {
	out := init
	for i := range init {
		t, ok := init[i].Duration.(*Transfer)
		if !ok {
			continue
		}
		p, err := t.located(on)
		if err != nil {
			return nil, err
		}
		if &out[0] == &init[0] {
			out = append(sim.Init(nil), init...)
		}
		out[i] = p
	}
	return out, nil
}

func (t *Transfer) located(on Location) (sim.PhaseSampler, error) {
	p := sim.PhaseSampler{Phase: t.phase, Duration: t.Sampler}
	shares := max(1, on.GPUs)
	bytes, content := on.Bytes, on.Model
	switch {
	case t.Size != nil:
		bytes, content = int64(*t.Size), ""
	case on.Bytes == 0:
		return p, t.at.Errorf("missing key %q: the platform has no server with a model whose weights they could be", "size")
	}
	if t.Bandwidth != nil {
		d, err := t.time((bytes + shares - 1) / shares)
		p.Duration = t.and(d)
		return p, err
	}
	if !on.Stores {
		return p, t.at.Errorf("missing key %q, or stores of the platform to load through, as in [[platform.store]]", "bandwidth")
	}
	if t.Content != "" {
		content = t.Content
	}
	p.Content = sim.Content{Name: content, Bytes: bytes, Needed: t.needed(bytes), Shares: 1}
	if t.phase == sim.PhaseWeights {
		p.Content.Shares = shares
	}
	return p, nil
}
