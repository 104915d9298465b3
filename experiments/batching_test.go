package experiments

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// What docs/ai.md says of llm-batching.toml at 32 requests a second: 256 are the bound
// that binds, and memory is not; with 512 and more it is memory, whatever the bound;
// and 400, which memory holds, serve no less. Its head counts the rates that there are.
func TestBatchingEnds(t *testing.T) {
	const file = "llm-batching.toml"
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	e, err := Parse(file, data)
	if err != nil {
		t.Fatal(err)
	}
	rates := map[string]bool{}
	for i := range e.points {
		rates[e.points[i].values[0].Label] = true
	}
	word := map[int]string{8: "eight", 9: "nine", 10: "ten"}[len(rates)]
	if want := "serves chats at " + word + " rates"; word == "" || !strings.Contains(string(data), want) {
		t.Errorf("%s has %d rates, and its head does not say %q", file, len(rates), want)
	}
	e, err = Parse(file, data, "replications=1", "output.plots=[]",
		`sweep.grid."workload.function.chat.arrivals.rate"=["32/s"]`, `sweep.grid."platform.gpu.server.max_num_seqs"=[256,400,512,1024]`)
	if err != nil {
		t.Fatal(err)
	}
	p, err := Prepare(t.Context(), e, Env{})
	if err != nil {
		t.Fatal(err)
	}
	set, err := p.Run(t.Context(), RunOptions{Dir: filepath.Join(t.TempDir(), "out"), Workers: 2})
	if err := errors.Join(err, p.Close()); err != nil {
		t.Fatal(err)
	}
	rows, err := set.Rows()
	if err != nil {
		t.Fatal(err)
	}
	type ends struct{ throughput, held, preempted float64 }
	of := map[string]ends{}
	for i := range rows {
		at := func(name string) float64 {
			s, ok := rows[i].Stat(name)
			if !ok {
				t.Fatalf("no %s", name)
			}
			return s.Mean
		}
		of[fmt.Sprint(rows[i].Values[1].Label)] = ends{at("output_tokens_per_s"), at("kv_utilization"), at("preemptions")}
	}
	few, all, most, bound := of["256"], of["400"], of["512"], of["1024"]
	if few.preempted != 0 || few.held > 0.7 || few.throughput > 0.97*all.throughput {
		t.Errorf("256 at a time: %+v, want the bound to bind", few)
	}
	if all.preempted != 0 || all.held > 0.95 || all.throughput < bound.throughput {
		t.Errorf("400 at a time: %+v, want what memory holds, and no less than %+v", all, bound)
	}
	for _, x := range []ends{most, bound} {
		if x.preempted < 1000 || x.held < 0.99 || x.throughput/bound.throughput > 1.01 || x.throughput/bound.throughput < 0.99 {
			t.Errorf("%+v, want memory to end it, as in %+v", x, bound)
		}
	}
}
