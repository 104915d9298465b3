package workloads

import (
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/coldcurve/coldcurve/internal/spec"
	"github.com/coldcurve/coldcurve/sim"
)

// FunctionSpec is one [[workload.function]] table: a function, or with a count
// many. In one that is built in Go, a Count of 0 counts as 1.
type FunctionSpec struct {
	Name        string         `toml:"name" required:"true" help:"name; with a count, the functions are name-0001 and on"`
	App         string         `toml:"app" help:"application that it belongs to, with a count all of them; absent: each is its own"`
	Memory      spec.Size      `toml:"memory" help:"configured, a whole number of MiB; absent: the platform's default"`
	Count       int            `toml:"count" default:"1" help:"how many such functions, 1 … 10000000"`
	Popularity  *Popularity    `toml:"popularity" help:"the rate of arrivals is that of all, shared so; absent: it is that of each"`
	Arrivals    ArrivalProcess `toml:"arrivals" required:"true" help:"arrival process"`
	Service     Distribution   `toml:"service" help:"service time on a warm instance; absent beside tokens: none, a server says how long"`
	Tokens      *TokensSpec    `toml:"tokens" help:"what its requests ask of a language model; its arrivals are those of conversations"`
	Init        Init           `toml:"init" help:"initialisation, by phase; absent: the platform's default"`
	ColdService Distribution   `toml:"cold_service" help:"service time of a cold request, all of it busy, in place of init"`
	Timeout     spec.Duration  `toml:"timeout" help:"absent: the platform's default"`
	Runtime     string         `toml:"runtime" help:"language runtime that its instances start, such as python:3.12; functions of one may share it. Absent: by the workload's runtimes"`
	InitErrors  float64        `toml:"init_error_rate" help:"part of the initialisations for its requests that fail, at their end, 0 to below 1"`
	ErrorRate   float64        `toml:"error_rate" help:"part of its services that fail, at their end, 0 … 1"`
	ErrorTime   Distribution   `toml:"error_time" help:"how long a service takes that fails; absent: as long as it would"`
	Client      *ClientSpec    `toml:"client" help:"how long its clients wait, and whether they ask again; absent: as the workload's client"`

	at *spec.Node // where it stands; nil where it was not read
}

// maxCount is the largest count of a FunctionSpec.
const maxCount = 10_000_000

// functionSpec has FunctionSpec's keys without its method.
type functionSpec FunctionSpec

// DecodeSpec reads a function's table.
func (f *FunctionSpec) DecodeSpec(n *spec.Node) error {
	if err := n.Decode((*functionSpec)(f)); err != nil {
		return err
	}
	f.at = n
	return f.check()
}

// check refuses what no workload can be made of.
func (f *FunctionSpec) check() error {
	memory, exact := f.Memory.MiB()
	switch {
	case f.Name == "":
		return f.errorf("name", "a function has no name")
	case f.Count < 0 || f.Count > maxCount || f.Count == 0 && f.at != nil:
		return f.errorf("count", "found %d, want 1 … %d", f.Count, maxCount)
	case f.Memory < 0 || !exact || f.at.Get("memory") != nil && memory == 0:
		return f.errorf("memory", "found %v, want a whole number of MiB above 0", f.Memory)
	case f.Arrivals.Process == nil:
		return f.errorf("arrivals", "no arrival process is given")
	case f.Service.Sampler == nil && f.Tokens == nil && f.at != nil:
		return f.at.Errorf("missing key %q", "service")
	case f.Service.Sampler == nil && f.Tokens == nil:
		return f.errorf("service", "no service time is given")
	case f.Init.Init != nil && f.ColdService.Sampler != nil:
		return f.errorf("cold_service", "given beside init, want only one of them: cold_service holds the whole time of a cold request")
	}
	if f.Tokens != nil && f.at == nil {
		if key, err := f.Tokens.check(); err != nil {
			return f.errorf("tokens", "%s: %w", strings.Join(key, "."), err)
		}
	}
	if err := f.checkErrors(); err != nil {
		return err
	}
	return f.checkPopularity()
}

// checkErrors sees that services that fail are a part of all.
func (f *FunctionSpec) checkErrors() error {
	switch {
	case !(f.InitErrors >= 0 && f.InitErrors < 1):
		return f.errorf("init_error_rate", "found %v, want 0 to below 1", f.InitErrors)
	case !(f.ErrorRate >= 0 && f.ErrorRate <= 1):
		return f.errorf("error_rate", "found %v, want 0 … 1", f.ErrorRate)
	case f.ErrorTime.Sampler != nil && f.ErrorRate == 0:
		return f.errorf("error_time", "given without an error_rate, want how many services fail beside how long those take")
	}
	return nil
}

func (f *FunctionSpec) checkPopularity() error {
	if f.Popularity == nil {
		return nil
	}
	if err := f.Popularity.check(); err != nil {
		return f.errorf("popularity", "%w", err)
	}
	return nil
}

// errorf says where the key stands, or else which function is meant.
func (f *FunctionSpec) errorf(key, format string, a ...any) error {
	if f.at == nil {
		return fmt.Errorf("function %q: %s: "+format, append([]any{f.Name, key}, a...)...)
	}
	if at := f.at.Get(key); at != nil {
		return at.Errorf(format, a...)
	}
	return f.at.Errorf(format, a...)
}

// names returns the names of its functions: name itself, or with a count
// numbered from 1, in at least four digits and all alike.
func (f *FunctionSpec) names() []string {
	if f.Count <= 1 {
		return []string{f.Name}
	}
	width := max(4, len(strconv.Itoa(f.Count)))
	names := make([]string, f.Count)
	buf := []byte(f.Name + "-")
	for i := range names {
		digits := strconv.Itoa(i + 1)
		b := buf
		for range width - len(digits) {
			b = append(b, '0')
		}
		names[i] = string(append(b, digits...))
	}
	return names
}

// function returns what the kernel knows of its functions, less name and weight.
func (f *FunctionSpec) function() sim.Function {
	memory, _ := f.Memory.MiB()
	fn := sim.Function{App: f.App, Runtime: f.Runtime, Memory: memory, Timeout: sim.Time(f.Timeout), Init: f.Init.Init, InitError: f.InitErrors, Error: f.ErrorRate}
	if f.ErrorTime.Sampler != nil {
		fn.ErrorTime = f.ErrorTime.Sampler
	}
	if f.ColdService.Sampler != nil {
		fn.Cold = f.ColdService.Sampler
	}
	return fn
}

var errNoFunctions = errors.New("the workload has no functions, want at least one")
