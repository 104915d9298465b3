package traces_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"

	"github.com/coldcurve/coldcurve/sim"
	"github.com/coldcurve/coldcurve/traces"
)

// A synthetic day is written as the tables of Azure Functions 2019, and its
// most popular function looked up.
func Example() {
	ctx := context.Background()
	dir, err := os.MkdirTemp("", "example")
	if err != nil {
		panic(err)
	}
	defer os.RemoveAll(dir)

	g := traces.DefaultGeneration()
	g.Invocations = 50_000
	spec := "azure2019:" + filepath.Join(dir, "sample")
	if err := traces.Generate(ctx, g, traces.Destination{Spec: spec}); err != nil {
		panic(err)
	}
	t, err := traces.Open(ctx, spec, traces.Options{})
	if err != nil {
		panic(err)
	}
	defer t.Close()
	s, err := traces.Stat(ctx, t, sim.RunKey{Seed: 1}, 1)
	if err != nil {
		panic(err)
	}
	fmt.Println(s.Functions, "functions in", s.Apps, "apps; the most popular is", s.Top[0].Function.ID())
	// Output: 120 functions in 60 apps; the most popular is a001/f001
}
