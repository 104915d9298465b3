package workloads_test

import (
	"fmt"

	"github.com/coldcurve/coldcurve/internal/spec"
	"github.com/coldcurve/coldcurve/sim"
	"github.com/coldcurve/coldcurve/workloads"
)

// A function table of an experiment becomes a workload, and that yields
// invocations.
func Example() {
	table, err := spec.Parse("experiment.toml", []byte(`
		name     = "thumbnail"
		memory   = "512MB"
		arrivals = { process = "periodic", every = "10s", offset = "3s" }
		service  = "250ms"
		init     = { sandbox = "120ms", image = { size = "250MB", bandwidth = "200MB/s" } }`))
	if err != nil {
		fmt.Println(err)
		return
	}
	var function workloads.FunctionSpec
	if err := function.DecodeSpec(table); err != nil {
		fmt.Println(err)
		return
	}
	workload, err := workloads.New([]workloads.FunctionSpec{function}, 30*sim.Second)
	if err != nil {
		fmt.Println(err)
		return
	}
	source, err := workload.Open(sim.RunKey{Seed: 1}, []uint32{0})
	if err != nil {
		fmt.Println(err)
		return
	}
	batch := make([]sim.Invocation, 8)
	n, err := source.Next(batch)
	for _, v := range batch[:n] {
		fmt.Printf("arrives at %v, runs for %v\n", spec.Duration(v.Arrival), spec.Duration(v.Service))
	}
	fmt.Println(err)
	// Output:
	// arrives at 3s, runs for 250ms
	// arrives at 13s, runs for 250ms
	// arrives at 23s, runs for 250ms
	// <nil>
}

// A distribution is a constant or a table; any uniform gives its quantile.
func ExampleDistribution() {
	table, err := spec.Parse("experiment.toml", []byte(`
		service = { dist = "lognormal", median = "140ms", sigma = 0.3 }
		misread = { dist = "lognormal", meadian = "140ms", sigma = 0.3 }`))
	if err != nil {
		fmt.Println(err)
		return
	}
	var d workloads.Distribution
	fmt.Println(d.DecodeSpec(table.Get("service")))
	fmt.Println(spec.Duration(d.Sample(0.5)))
	fmt.Println(d.DecodeSpec(table.Get("misread")))
	// Output:
	// <nil>
	// 140ms
	// experiment.toml:3: unknown key "meadian"; did you mean "median"?
}

// Three functions share a rate as 6 : 3 : 2.
func ExampleZipf() {
	fmt.Printf("%.4f\n", workloads.Zipf(3, 1))
	// Output: [0.5455 0.2727 0.1818]
}
