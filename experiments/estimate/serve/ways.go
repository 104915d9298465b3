package serve

import (
	_ "embed"
	"fmt"
	"slices"
	"strings"

	"github.com/coldcurve/coldcurve/costmodel"
	"github.com/coldcurve/coldcurve/internal/spec"
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
	Name      string          `toml:"name" required:"true"`
	Tariffs   string          `toml:"tariffs"` // what their names begin with
	Without   string          `toml:"without"` // a word in the names of those that are left out
	Machines  bool            `toml:"machines"`
	Kinds     []Kind          `toml:"kinds" required:"true"`
	KeepAlive spec.Duration   `toml:"keepalive" required:"true"`
	Tenant    []spec.Duration `toml:"tenant"`
	GPUs      int64           `toml:"gpus"`
	Weights   spec.Bandwidth  `toml:"weights" required:"true"`
	Start     workloads.Init  `toml:"start"`
	Floored   bool            `toml:"floored" default:"true"`
	VCPU      float64         `toml:"vcpu"`
	Memory    spec.Size       `toml:"memory"`
	Grade     string          `toml:"grade" required:"true"`
	Source    string          `toml:"source" required:"true"`
	Notes     []string        `toml:"notes"`
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
	return w, root.Decode(w)
}

// of returns whose a tariff is; nil where it is nobody's that could serve a model.
func (w *ways) of(t *costmodel.Tariff) *provider {
	for i := range w.Providers {
		p := &w.Providers[i]
		if p.Machines && t.Kind == "machine" || p.Tariffs != "" && strings.HasPrefix(t.Name, p.Tariffs) && (p.Without == "" || !strings.Contains(t.Name, p.Without)) {
			return p
		}
	}
	return nil
}
