package serving

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/coldcurve/coldcurve/internal/spec"
	"github.com/coldcurve/coldcurve/sim"
	"github.com/coldcurve/coldcurve/sim/servers"
	"github.com/coldcurve/coldcurve/workloads/hardware"
)

// swap is how what is not loaded is loaded.
type swap struct {
	Loaded    int            `toml:"loaded" default:"1" help:"how many are loaded at a time, at most"`
	Swap      spec.Duration  `toml:"swap" default:"0s" help:"what a swap takes, besides its bytes"`
	Bandwidth spec.Bandwidth `toml:"swap_bandwidth" help:"at which its bytes reach the GPUs together, as in \"20GB/s\"; absent: they take no time"`
}

func (s *swap) check(n *spec.Node) error {
	switch {
	case s.Loaded < 1 || s.Loaded > servers.MostEngines:
		return n.Get("loaded").Errorf("found %d, want 1 to %d that are loaded at a time", s.Loaded, servers.MostEngines)
	case n.Get("swap") == nil && n.Get("swap_bandwidth") == nil:
		return n.Errorf("there is neither swap nor swap_bandwidth, want what loading takes, as in swap_bandwidth = \"20GB/s\"")
	case n.Get("swap_bandwidth") != nil && s.Bandwidth < 1:
		return n.Get("swap_bandwidth").Errorf("found %d bytes a second, want 1 or more, as in \"20GB/s\"", s.Bandwidth)
	}
	return nil
}

// time returns how long so many bytes take to load, rounded up.
func (s *swap) time(bytes float64) sim.Time {
	t := float64(s.Swap)
	if s.Bandwidth > 0 {
		t += math.Ceil(bytes * float64(sim.Second) / float64(s.Bandwidth))
	}
	return sim.Time(min(t, float64(sim.Longest)))
}

// shares refuses deployments whose functions share no instance: each would have GPUs
// of its own, and nothing would ever be swapped.
func shares(on Platform) error {
	const app = "an app is the key app of a workload.function, or the column app of a trace, to be added where it has none"
	if !on.PerApp {
		return errors.New("its functions share no instance, want unit = \"app\", and functions of one app")
	}
	if len(on.Functions) < 2 {
		return nil
	}
	var alone []string
	members := map[Function]int{}
	for _, f := range on.Functions {
		if f.App == "" {
			alone = append(alone, f.Name)
		}
		members[Function{Owner: f.Owner, App: f.App}]++
	}
	switch {
	case len(alone) > 0:
		return fmt.Errorf("%s no app, so that each has instances and GPUs of its own, want functions of one app: %s", have(alone), app)
	case len(members) == len(on.Functions):
		return fmt.Errorf("each of the %d functions is of another app, so that each has instances and GPUs of its own, want functions of one app: %s", len(members), app)
	}
	return nil
}

// have names functions, with the verb that follows.
func have(functions []string) string {
	const most = 3
	switch n := len(functions) - most; {
	case len(functions) == 1:
		return fmt.Sprintf("function %q has", functions[0])
	case n > 0:
		return fmt.Sprintf("functions %s and %d more have", strings.Join(functions[:most], ", "), n)
	}
	return fmt.Sprintf("functions %s have", strings.Join(functions, ", "))
}

// models is several models on the same GPUs, one a function.
type models struct {
	Models   *spec.Node `toml:"models" required:"true" help:"of each function its model, a name or a shape: { chat = \"llama-3.1-8b\", code = \"qwen2.5-7b\" }; functions of equal models share one"`
	Hardware *spec.Node `toml:"hardware" required:"true" help:"what they run on, as of llm"`
	swap
	engineKeys

	all []*llm // one a model
	of  map[string]int
}

func (*models) about() Entry {
	return Entry{
		Name: "llm-models", Help: "several language models on the same GPUs, one a function: so many are loaded at a time, and a request to another waits for a swap",
		Source: "each engine as llm, with its part of the memory; steps of several share the GPUs' time; least recently used eviction, as of servers of several models",
	}
}

func (s *models) check(n *spec.Node) error {
	if !s.Models.IsTable() || len(s.Models.Keys()) == 0 {
		return s.Models.Errorf("found %s, want a table of functions and their models, as in { chat = \"llama-3.1-8b\", code = \"qwen2.5-7b\" }", s.Models)
	}
	if err := s.swap.check(n); err != nil {
		return err
	}
	s.of = map[string]int{}
	place := map[string]int{}
	var distinct []*spec.Node
	for _, function := range s.Models.Keys() {
		m := s.Models.Get(function)
		k, ok := place[m.Canonical()]
		if !ok {
			k = len(distinct)
			place[m.Canonical()], distinct = k, append(distinct, m)
		}
		s.of[function] = k
	}
	s.Loaded = min(s.Loaded, len(distinct))
	for _, m := range distinct {
		e := &llm{Model: m, Hardware: s.Hardware, engineKeys: s.engineKeys, part: s.Loaded}
		if err := e.check(n); err != nil {
			return err
		}
		unknownBands(e.bands, "engines that share GPUs were compared with none")
		s.all = append(s.all, e)
	}
	return nil
}

// Factory returns the engines of an instance, and which function asks which.
func (s *models) Factory(on Platform) (sim.ServerFactory, error) {
	if _, err := s.all[0].Factory(on); err != nil {
		return nil, err
	}
	if err := shares(on); err != nil {
		return nil, err
	}
	m := servers.Models{Loaded: s.Loaded}
	for _, e := range s.all {
		m.Models = append(m.Models, servers.Model{Engine: e.engine(on), Swap: s.time(e.profile.WeightBytes())})
	}
	var names []string
	for _, f := range on.Functions {
		names = append(names, f.Name)
		k, ok := s.of[f.Name]
		if !ok {
			return nil, fmt.Errorf("function %q has no model, want one for each in models, which has %s", f.Name, strings.Join(s.Models.Keys(), ", "))
		}
		m.Of = append(m.Of, k)
	}
	for _, f := range s.Models.Keys() {
		if !slices.Contains(names, f) {
			return nil, fmt.Errorf("models: %s", spec.Unknown("function", f, names))
		}
	}
	return m, nil
}

// Concurrency is how many requests an instance takes where the platform does not say.
func (*models) Concurrency() int { return everyone }

// Tokens marks a server that tells of tokens.
func (*models) Tokens() {}

// GPUs are those of an instance, which all models share.
func (s *models) GPUs() (string, int64) { return s.all[0].GPUs() }

// Power is that of the first model's profile, or the board's limit where those of
// others differ.
func (s *models) Power() (hardware.Draw, int64) {
	draw, engine := s.all[0].Power()
	for _, e := range s.all[1:] {
		if d, _ := e.Power(); d.Decode != draw.Decode {
			draw.Decode = hardware.Watts{W: e.profile.GPU.Power, Bound: true}
		}
	}
	return draw, engine
}

// StepTimes says what the times rest on: the worst grade, and errors that are not known,
// since engines that share GPUs were compared with none.
func (s *models) StepTimes() (grade string, bands map[hardware.Quantity]hardware.Band) {
	grade, bands = s.all[0].StepTimes()
	for _, e := range s.all[1:] {
		grade = max(grade, e.profile.Grade)
	}
	return grade, bands
}

// Legend explains the grades in the notes.
func (*models) Legend() string { return hardware.StepGrades }

// Notes says what the answer rests on.
func (s *models) Notes() (notes []string) {
	for _, e := range s.all {
		notes = append(notes, e.Notes()...)
		notes = append(notes, fmt.Sprintf("%s takes %s to load", e.profile.Label(), spec.Duration(s.time(e.profile.WeightBytes()))))
	}
	return append(notes, fmt.Sprintf("%d of %d models are loaded at a time, each with 1/%d of the memory that engines may take; while n of them have work a step takes n times as long (grade C)",
		s.Loaded, len(s.all), s.Loaded))
}

// adapters is an engine whose model has adapters, one a function.
type adapters struct {
	llm
	swap
	Bytes spec.Size `toml:"adapter" required:"true" help:"bytes of the weights of one, as in \"200MB\", which take memory for as many as are loaded"`
}

func (*adapters) about() Entry {
	return Entry{
		Name: "llm-adapters", Help: "a language model with adapters (LoRA), one a function: all are served in the same steps, and a request to one that is not loaded waits for a swap",
		Source: "the engine as llm; adapters as in vLLM (max_loras); what they add to a step is not modelled",
	}
}

func (s *adapters) check(n *spec.Node) error {
	if err := s.llm.check(n); err != nil {
		return err
	}
	if err := s.swap.check(n); err != nil {
		return err
	}
	less, err := s.profile.Keeping(float64(s.Loaded) * float64(s.Bytes) / float64(s.profile.Count))
	if err != nil {
		return n.Get("adapter").Errorf("%w", err)
	}
	s.profile = less
	unknownBands(s.bands, "steps with adapters were compared with no engine")
	return nil
}

// Factory returns the engine of an instance, for as many adapters as there are
// functions.
func (s *adapters) Factory(on Platform) (sim.ServerFactory, error) {
	if _, err := s.llm.Factory(on); err != nil {
		return nil, err
	}
	if err := shares(on); err != nil {
		return nil, err
	}
	m := servers.Models{Loaded: s.Loaded, Adapters: true}
	for k := range on.Functions {
		m.Models = append(m.Models, servers.Model{Engine: s.engine(on), Swap: s.time(float64(s.Bytes))})
		m.Of = append(m.Of, k)
	}
	return m, nil
}

// Notes says what the answer rests on.
func (s *adapters) Notes() []string {
	return append(s.llm.Notes(), fmt.Sprintf("%d adapters are loaded at a time, which take %.4g MB of each GPU; another takes %s to load; what adapters add to a step is not modelled",
		s.Loaded, float64(s.Loaded)*float64(s.Bytes)/float64(s.profile.Count)/1e6, spec.Duration(s.time(float64(s.Bytes)))))
}
