package estimate

import (
	_ "embed"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/coldcurve/coldcurve/costmodel"
	"github.com/coldcurve/coldcurve/experiments"
	"github.com/coldcurve/coldcurve/internal/spec"
	"github.com/coldcurve/coldcurve/sim"
	"github.com/coldcurve/coldcurve/sim/servers"
	"github.com/coldcurve/coldcurve/workloads"
)

//go:embed alternatives.toml
var alternativesFile []byte

// Kind is what a plan is, for break-even.
type Kind string

// The kinds.
const (
	FunctionKind    Kind = "function"    // pays for requests
	ProvisionedKind Kind = "provisioned" // a function with a standing floor
	ContainerKind   Kind = "container"   // pays for instances
	FleetKind       Kind = "fleet"       // pays for machines
)

// alternative is a row of alternatives.toml.
type alternative struct {
	Name        string        `toml:"name" required:"true"`
	Kind        Kind          `toml:"kind" required:"true"`
	Tariff      string        `toml:"tariff" required:"true"`
	CPU         string        `toml:"cpu" required:"true"`
	Shared      bool          `toml:"shared"`
	Provisioned string        `toml:"provisioned"`
	Init        string        `toml:"init"`
	SnapStart   bool          `toml:"snapstart"`
	InitMost    spec.Duration `toml:"init_most"`
	CPUTime     bool          `toml:"cpu_time"`
	CPUMost     spec.Duration `toml:"cpu_most"`
	WaitStarts  float64       `toml:"wait_starts"`
	MemoryMax   int64         `toml:"memory_max" required:"true"` // MiB that an instance can have
	Notes       []string      `toml:"notes"`
	Platform    *spec.Node    `toml:"platform" required:"true"`

	base      string // the tariff before a region was asked for
	elsewhere string // the regions that were asked for, of which its tariff has no prices
}

// alternatives reads what ships with the program.
func alternatives() ([]alternative, error) {
	root, err := spec.Parse("alternatives.toml", alternativesFile)
	if err != nil {
		return nil, err
	}
	var all []alternative
	for _, n := range root.Get("alternative").Items() {
		var a alternative
		if err := n.Decode(&a); err != nil {
			return nil, err
		}
		all = append(all, a)
	}
	return all, nil
}

// PlanNames returns the names of all plans, in the order of their kinds and
// providers.
func PlanNames() (names []string, err error) {
	all, err := alternatives()
	for _, a := range all {
		names = append(names, a.Name)
	}
	return names, err
}

// alternatives returns those that the question allows, and says of those that
// have too little memory why they are left out.
func (in *Input) alternatives() (out []alternative, leftOut []string, err error) {
	all, err := alternatives()
	if err != nil {
		return nil, nil, err
	}
	if err := in.known(all); err != nil {
		return nil, nil, err
	}
	for _, a := range all {
		fits := !a.SnapStart || in.Functions[0].Restore.High > 0
		if !fits || !in.within(a.Name) {
			continue
		}
		if why := a.tooSmall(in.Functions); why != "" {
			leftOut = append(leftOut, why)
			continue
		}
		out = append(out, a)
	}
	switch {
	case len(out) > 0:
		return out, leftOut, nil
	case len(leftOut) > 0:
		return nil, nil, inputError("no plan remains: %s", strings.Join(leftOut, "; "))
	}
	return nil, nil, inputError("no plan remains: --within has only plans that restore snapshots; --restore says how long that takes")
}

// known refuses a beginning that no plan's name has.
func (in *Input) known(all []alternative) error {
	for _, w := range in.Within {
		if w != "" && slices.ContainsFunc(all, func(a alternative) bool { return strings.HasPrefix(a.Name, w) }) {
			continue
		}
		var names []string
		for _, a := range all {
			names = append(names, a.Name)
		}
		return inputError("--within: no plan begins with %q; these are: %s", w, strings.Join(names, ", "))
	}
	return nil
}

// within reports whether a name begins with one that was asked for.
func (in *Input) within(name string) bool {
	return len(in.Within) == 0 || slices.ContainsFunc(in.Within, func(w string) bool { return strings.HasPrefix(name, w) })
}

// choice is what a tenant sets on an alternative.
type choice struct {
	alternative
	memory      int64 // MiB of each function; 0: as it is
	provisioned int   // instances of each function that always run; −1: as the alternative says
	concurrency int   // 0: as the alternative says
}

// asIs is an alternative as it stands.
func asIs(a alternative) choice { return choice{alternative: a, provisioned: -1} }

// lambdaVCPU is the memory that has one vCPU on Lambda, MiB.
const lambdaVCPU = 1769

// cpuOf returns the CPU that one thread has: a vCPU at most.
func cpuOf(cpu string, memory int64) float64 {
	if cpu == "lambda" {
		return min(1, float64(memory)/lambdaVCPU)
	}
	return 1
}

// target is how much of an instance's CPU, and of its slots, is to be used.
const target = 0.6

// abreast returns how many requests, on average, an instance of so many vCPUs is
// for: so that it computes, each for a share of its time, and takes at most as
// many, no more than to the target.
func abreast(vcpu, share float64, most int) float64 {
	n := target * float64(most)
	if share > 0 {
		n = min(n, target*vcpu/share)
	}
	return n
}

// subject is a choice at one level of what is guessed, ready to simulate.
type subject struct {
	choice      choice
	platform    *experiments.Platform
	tariff      *costmodel.Tariff
	load        *load
	span        costmodel.Span // that bills are of
	functions   []sim.Function // the load's, as the platform has them
	workload    sim.Workload
	factors     []float64 // on each function's durations
	duration    sim.Time  // of the first function's requests, mean
	provisioned int       // standing instances of each function
	wanted      int       // as many as there would be under any quota
	share       int64     // thousandths of the duration that are CPU time
	abreast     float64   // requests that an instance is for, on average
	rates       costmodel.Rates
	progress    *Progress // nil: nobody looks
}

// subject makes the platform of a choice and fits the load to it.
func (in *Input) subject(c choice, catalog *costmodel.Catalog, ld *load, l level) (*subject, error) {
	tariff, err := catalog.Tariff(c.Tariff)
	if err != nil {
		return nil, fmt.Errorf("alternative %s: %w", c.Name, err)
	}
	share := in.CPUShare.at(l)
	s := &subject{choice: c, tariff: in.FreeTier.Of(tariff), load: ld, span: in.span(), share: int64(math.Round(share * 1000)), rates: in.Rates, progress: in.progress}
	n := c.Platform.Clone()
	for key, v := range map[string]any{"name": c.Name, "tariffs": []any{c.Tariff}} {
		if err := n.Set([]string{key}, spec.FromValue("alternatives.toml", n.Line, v)); err != nil {
			return nil, err
		}
	}
	if s.platform, err = experiments.NewPlatform(n); err != nil {
		return nil, err
	}
	if limit := &s.platform.Sim.Limit; in.AccountLimit > 0 && limit.Account > 0 {
		limit.Account = in.AccountLimit
	}
	s.fit(in, l)
	if c.CPUTime {
		s.share = int64(math.Round(s.computing(in, share) * 1000))
	}
	s.limitCPU()
	s.waitForStarts()
	if err := s.serve(in, share); err != nil {
		return nil, err
	}
	if err := s.provision(in); err != nil {
		return nil, err
	}
	return s, nil
}

// serve says how an instance serves: a request at a time, or as many as the
// platform lets it or was told, which share its CPU.
func (s *subject) serve(in *Input, share float64) error {
	p, c := &s.platform.Sim, &s.choice
	s.abreast = float64(max(1, p.Concurrency))
	if !c.Shared {
		return nil
	}
	vcpu, err := strconv.ParseFloat(c.CPU, 64)
	if err != nil {
		return fmt.Errorf("alternative %s: cpu: %w", c.Name, err)
	}
	if in.Concurrency > 0 {
		p.Concurrency = in.Concurrency
	}
	if c.concurrency > 0 {
		p.Concurrency = c.concurrency
	}
	share = s.computing(in, share)
	p.Server = servers.Shared{MilliCPU: s.platform.MilliCPU, MilliShare: int64(math.Round(share * 1000))}
	s.abreast = abreast(vcpu, share, p.Concurrency)
	return nil
}

// computing returns the part of the load's time on the platform that is CPU
// time, where the share is what it was on Lambda: a faster CPU makes it less.
func (s *subject) computing(in *Input, share float64) float64 {
	if !in.ShareKnown {
		return share
	}
	cpu, all := 0.0, 0.0
	for i := range s.functions {
		busy := s.busy(i)
		all += busy
		cpu += busy * (s.factors[i] - (1 - share)) / s.factors[i]
	}
	if all == 0 {
		return share
	}
	return min(1, max(0, cpu/all))
}

// busy returns how many requests of a function are in service, on average, as
// long as they take on the platform.
func (s *subject) busy(f int) float64 { return s.load.busy(f) * s.factors[f] }

// provision sets the floor of instances.
func (s *subject) provision(in *Input) error {
	n, byLoad := s.choice.provisioned, false
	if n < 0 {
		switch s.choice.Provisioned {
		case "":
			n = 0
		case "load":
			n = in.Provisioned
			if n == 0 {
				byLoad = true
				mean := 0.0
				for f := range s.functions {
					mean += s.busy(f) / float64(len(s.functions))
				}
				n = max(1, int(math.Ceil(above(mean, 2))))
			}
		default:
			var err error
			if n, err = strconv.Atoi(s.choice.Provisioned); err != nil {
				return fmt.Errorf("alternative %s: provisioned: %w", s.choice.Name, err)
			}
		}
	}
	s.wanted = n
	if most, bounded := s.standing(); bounded && byLoad {
		n = min(n, most)
	}
	s.provisioned = n
	if s.load.brief {
		start := settled{abreast: s.abreast, floor: n, until: s.load.window.Warmup}
		s.platform.Sim.Limit.Ramp = sim.Ramp{}
		for f := range s.load.functions {
			start.busy = append(start.busy, s.busy(f))
		}
		s.platform.Sim.Prewarm = start
		return nil
	}
	if n > 0 {
		floor, err := provisionedFloor(n)
		if err != nil {
			return err
		}
		s.platform.Sim.Prewarm = floor
	}
	return nil
}

// quota is how many requests the account may have under way, of which one more is
// rejected; 0: there is none.
func (s *subject) quota() int {
	if s.platform.Sim.Limit.Over != sim.RejectOver {
		return 0
	}
	return s.platform.Sim.Limit.Account
}

// standing is how many instances of each function can stand under the account's
// quota, where there is one.
func (s *subject) standing() (most int, bounded bool) {
	quota := s.quota()
	return max(0, quota-unreserved) / len(s.functions), quota > 0
}

// above returns a number of requests in service that is so many standard
// deviations above its mean: in a Poisson process without waiting it is Poisson
// distributed, so that its variance is the mean.
func above(mean, deviations float64) float64 { return mean + deviations*math.Sqrt(mean) }

// fit makes the load's functions those of the platform: memory, initialisation
// and duration.
func (s *subject) fit(in *Input, l level) {
	p := &s.platform.Sim
	p.Init = workloads.StretchedInit(p.Init, in.InitFactor.at(l))
	factors := make([]float64, len(s.load.functions))
	for i, f := range s.load.functions {
		asked := f
		if s.choice.memory > 0 {
			asked.Memory = s.choice.memory
		}
		own := s.choice.initialise(f.Init)
		f.Memory = s.platform.MemoryOf(&asked)
		f.Init = withOwn(p.Init, own, s.choice.Init == "platform")
		if restore := s.choice.restore(&in.Functions[i], l); restore != nil {
			f.Init = withOwn(p.Init, restore, false)
		}
		s.functions = append(s.functions, f)
		factors[i] = in.slowdown(i, s.choice.CPU, f.Memory, l)
	}
	s.factors = factors
	s.duration = sim.Time(math.Round(s.load.means[0] * factors[0]))
	s.workload = s.load.workload(s.functions, factors)
}

// slowdown is the factor on a function's durations on a CPU and a memory size,
// where it is known how they follow the CPU.
func (in *Input) slowdown(function int, cpu string, memory int64, l level) float64 {
	if !in.ShareKnown {
		return 1
	}
	share := in.CPUShare.at(l)
	return share*cpuOf("lambda", in.Functions[function].Memory)/cpuOf(cpu, memory) + 1 - share
}

// withOwn puts a function's own phases in place of the platform's from the
// runtime on. A function without any gets nil: all of the platform's.
func withOwn(platform, own sim.Init, never bool) sim.Init {
	if len(own) == 0 || never {
		return nil
	}
	var out sim.Init
	for _, p := range platform {
		if p.Phase < sim.PhaseRuntime {
			out = append(out, p)
		}
	}
	return append(out, own...)
}
