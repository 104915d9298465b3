package experiments_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"

	"github.com/coldcurve/coldcurve/experiments"
)

// An experiment is read, prepared and run; its rows are printed and its result
// folder is written.
func Example() {
	file := `
title = "A function that is called once a minute"
[workload]
horizon = "1h"
[[workload.function]]
name     = "f"
memory   = "1024MB"
arrivals = { process = "periodic", rate = "1/m" }
service  = "500ms"
[[platform]]
name      = "p"
keepalive = { name = "fixed" }
init      = { runtime = "250ms" }
[sweep.grid]
"platform.p.keepalive.window" = ["30s", "2m"]
`
	if err := example(file); err != nil {
		fmt.Println(err)
	}
	// Output:
	// 30s: 60 of 60 invocations cold, mean latency 0.750 s
	// 2m: 1 of 60 invocations cold, mean latency 0.504 s
}

func example(file string) error {
	ctx := context.Background()
	e, err := experiments.Parse("example.toml", []byte(file))
	if err != nil {
		return err
	}
	plan, err := experiments.Prepare(ctx, e, experiments.Env{})
	if err != nil {
		return err
	}
	defer plan.Close() // nothing is open that could fail
	dir, err := os.MkdirTemp("", "coldcurve")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	set, err := plan.Run(ctx, experiments.RunOptions{Dir: filepath.Join(dir, "out"), Workers: 2})
	if err != nil {
		return err
	}
	rows, err := set.Rows()
	if err != nil {
		return err
	}
	for i := range rows {
		mean := func(column string) float64 {
			s, _ := rows[i].Stat(column)
			return s.Mean
		}
		fmt.Printf("%s: %v of %v invocations cold, mean latency %.3f s\n",
			rows[i].Values[0].Label, mean("cold_starts"), mean("invocations"), mean("latency_mean_s"))
	}
	return nil
}
