package experiments

import (
	"regexp"

	"github.com/coldcurve/coldcurve/costmodel"
	"github.com/coldcurve/coldcurve/experiments/serving"
	"github.com/coldcurve/coldcurve/internal/spec"
)

// gpuSpec is the GPUs of an instance.
type gpuSpec struct {
	Name     string             `toml:"name" help:"as tariffs have it: coldcurve list tariffs --long says what each pays for"`
	Count    int64              `toml:"count" default:"1" help:"whole GPUs of an instance"`
	Fraction costmodel.Fraction `toml:"fraction" help:"the part of one GPU that an instance has, above 0 and at most 1, as in 0.5 or \"1/3\"; absent: whole ones"`
}

var validGPU = regexp.MustCompile(`^[a-z0-9][a-z0-9.+_-]*$`)

// most bounds the GPUs of an instance.
const mostGPUs = 1024

// check refuses GPUs that make no sense; at is where they stand, nil: nowhere.
func (g *gpuSpec) check(at *spec.Node) error {
	switch {
	case at == nil:
	case g.Name == "":
		return at.Errorf(`found no name, want one as in gpu = { name = "h100" }`)
	case !validGPU.MatchString(g.Name):
		return at.Get("name").Errorf("found %q, want a name such as h100: lower-case letters, digits and - . + _", g.Name)
	case g.Count < 1 || g.Count > mostGPUs:
		return at.Get("count").Errorf("found %d, want 1 to %d GPUs", g.Count, mostGPUs)
	case g.Count > 1 && !g.Fraction.Whole():
		return at.Get("fraction").Errorf("found %s beside count = %d, want one of them: a fraction is of one GPU", g.Fraction, g.Count)
	}
	return nil
}

// gpus are the GPUs of an instance: those of the key gpu, or those that its server
// runs on.
func (pl *platform) gpus() costmodel.GPUs {
	if g := &pl.spec.GPU; g.Name != "" {
		return costmodel.GPUs{Name: g.Name, Count: g.Count, Fraction: g.Fraction}
	}
	if s, ok := pl.server.(serving.Boarded); ok {
		name, count := s.GPUs()
		return costmodel.GPUs{Name: name, Count: count}
	}
	return costmodel.GPUs{}
}

// checkGPU sees that a server that runs on GPUs and the key gpu say the same ones.
func (pl *platform) checkGPU(at *spec.Node) error {
	s, ok := pl.server.(serving.Boarded)
	if !ok || at == nil {
		return nil
	}
	name, count := s.GPUs()
	if of := (costmodel.GPUs{Name: name, Count: count}); pl.gpus().String() != of.String() {
		return at.Errorf("found %s, and the server runs on %s (%s); want the same, or no gpu: the server's hardware says it", pl.gpus(), of, pl.spec.Server.Place())
	}
	return nil
}

// checkQuota makes a quota of GPUs, which stands at a place, one of instances.
func (pl *platform) checkQuota(at *spec.Node) error {
	most, g := pl.spec.Limit.GPUs, pl.gpus()
	switch {
	case most == 0:
		return nil
	case g.Name == "":
		return at.Errorf("found a quota of GPUs, and the platform's instances have none; want gpu or a server that runs on some")
	case most < 0 || most > maxCount || g.In(int64(most)) < 1:
		return at.Errorf("found %d, want as many as an instance has (%s) to %d, or 0 for any number", most, g, maxCount)
	}
	pl.sim.Limit.Fleet = int(min(g.In(int64(most)), maxCount))
	return nil
}
