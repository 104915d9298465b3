package serve

import (
	_ "embed"
	"fmt"
	"slices"
	"strings"

	"github.com/coldcurve/coldcurve/costmodel"
	"github.com/coldcurve/coldcurve/experiments"
	"github.com/coldcurve/coldcurve/internal/spec"
	"github.com/coldcurve/coldcurve/policies"
	"github.com/coldcurve/coldcurve/workloads"
)

//go:embed ways.toml
var waysFile []byte

// ways is ways.toml.
type ways struct {
	API       apiTimes   `toml:"api" required:"true"`
	Engine    engineInit `toml:"engine" required:"true"`
	Providers []provider `toml:"provider" required:"true"`
}

// apiTimes is how long per-token APIs are taken to need.
type apiTimes struct {
	TTFT   workloads.Distribution `toml:"ttft" required:"true"`
	TPOT   workloads.Distribution `toml:"tpot" required:"true"`
	Grade  string                 `toml:"grade" required:"true"`
	Source string                 `toml:"source" required:"true"`
}

// engineInit names the start of the catalogue that an engine is taken to make.
type engineInit struct {
	Start string `toml:"start" required:"true"`
}

// provider is whose GPUs serve.
type provider struct {
	Name     string          `toml:"name" required:"true"`
	Preset   string          `toml:"preset" required:"true"`
	Tariffs  string          `toml:"tariffs"` // what their names begin with
	Without  string          `toml:"without"` // a word in the names of those that are left out
	Machines bool            `toml:"machines"`
	Kinds    []Kind          `toml:"kinds" required:"true"`
	Floored  bool            `toml:"floored" default:"true"`
	Tenant   []spec.Duration `toml:"tenant"`
	GPUs     int64           `toml:"gpus"`
	Quota    int64           `toml:"quota"`
	Weights  spec.Bandwidth  `toml:"weights" required:"true"`
	VCPU     float64         `toml:"vcpu"`
	Memory   spec.Size       `toml:"memory"`
	Notes    []string        `toml:"notes"`

	base *experiments.Platform
}

// ready reads the preset.
func (p *provider) ready() (err error) {
	n := map[string]any{"name": p.Name, "preset": p.Preset}
	if p.VCPU > 0 {
		n["vcpu"] = p.VCPU
	}
	if p.Memory > 0 {
		n["memory"] = p.Memory.String()
	}
	p.base, err = experiments.NewPlatform(spec.FromValue("ways.toml", 0, n))
	return err
}

// keepAlive is how long an idle instance stays where nobody says otherwise; 0 where no
// window says it.
func (p *provider) keepAlive() spec.Duration {
	if f, ok := p.base.Sim.KeepAlive.(policies.Fixed); ok {
		return f.Window
	}
	return 0
}

// Kind is what a plan is, for break-even.
type Kind string

// The kinds.
const (
	API        Kind = "api"        // pays for tokens
	Serverless Kind = "serverless" // pays for GPUs while they start, serve and wait to stop
	Warm       Kind = "warm"       // some of its GPUs always stand
	Rented     Kind = "rented"     // pays for GPUs all month
)

// Kinds are all of them, in the order in which they are shown.
func Kinds() []Kind { return []Kind{API, Serverless, Warm, Rented} }

// UnmarshalText reads a Kind.
func (k *Kind) UnmarshalText(b []byte) error {
	if !slices.Contains(Kinds(), Kind(b)) {
		return fmt.Errorf("found %q, want one of %q", b, Kinds())
	}
	*k = Kind(b)
	return nil
}

// readWays reads what ships with the program.
func readWays() (*ways, error) {
	root, err := spec.Parse("ways.toml", waysFile)
	if err != nil {
		return nil, err
	}
	w := new(ways)
	if err := root.Decode(w); err != nil {
		return nil, err
	}
	for i := range w.Providers {
		if err := w.Providers[i].ready(); err != nil {
			return nil, err
		}
	}
	return w, nil
}

// of returns whose a tariff is; nil where it is nobody's that could serve a model.
func (w *ways) of(t *costmodel.Tariff) *provider {
	for i := range w.Providers {
		p := &w.Providers[i]
		if p.Machines && t.Kind == "machine" && p.Tariffs == "" || p.Tariffs != "" && strings.HasPrefix(t.Name, p.Tariffs) && (p.Without == "" || !strings.Contains(t.Name, p.Without)) {
			return p
		}
	}
	return nil
}

// rented is whose machines stand for instances that always run: all serve alike.
func (w *ways) rented() *provider { return &w.Providers[len(w.Providers)-1] }
