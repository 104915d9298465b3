package traces

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/coldcurve/coldcurve/sim"
)

// More functions than a trace may have are refused at the row that names one too
// many.
func TestFunctionsAreBounded(t *testing.T) {
	if testing.Short() {
		t.Skip("half a million functions")
	}
	var b strings.Builder
	b.WriteString("arrival_s,service_s,function\n")
	for i := range functionsMost + 1 {
		fmt.Fprintf(&b, "1,1,f%d\n", i)
	}
	path := filepath.Join(t.TempDir(), "rows")
	if err := os.WriteFile(path, []byte(b.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := Open(context.Background(), "csv:"+path, Options{}); err == nil || !strings.HasSuffix(err.Error(), "rows:524290: found function 524289, expected at most 524288 in a trace") {
		t.Errorf("error %v", err)
	}
}

func TestNamesAreBounded(t *testing.T) {
	var all census
	for i := range namesMost / nameMost {
		if problem := all.add(nameMost); problem != "" {
			t.Fatalf("function %d: %s", i+1, problem)
		}
	}
	if got, want := all.add(1), "the names of the first 65537 functions take more than 256 MB, expected shorter ones"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
	for n, want := range map[int]string{nameMost: "", nameMost + 1: `the function "` + strings.Repeat("x", 60) + `…" (4097 characters) is 4097 bytes long, expected at most 4096`} {
		if got := badName("function", []byte(strings.Repeat("x", n))); got != want {
			t.Errorf("%d bytes: %q, want %q", n, got, want)
		}
	}
}

// What is gathered takes memory by chunks, so these are bounded, however few
// invocations each function has.
func TestGatheredChunksAreBounded(t *testing.T) {
	w := newStoreWriter(discard{}, "nowhere")
	for range chunksMost + 1000 {
		w.Function(sim.Function{Name: "f"})
	}
	for k := range sim.Time(3) {
		for f := range w.functions {
			if err := w.Add(uint32(f), k, 1); err != nil {
				t.Fatal(err)
			}
		}
	}
	if int(w.used) > len(w.functions) {
		t.Errorf("%d chunks for %d functions, want one each", w.used, len(w.functions))
	}
	w = newStoreWriter(discard{}, "nowhere")
	for range 3000 {
		w.Function(sim.Function{Name: "f"})
	}
	for k := range sim.Time(1000) { // 63 chunks each would be 189,000
		for f := range w.functions {
			if err := w.Add(uint32(f), k, 1); err != nil {
				t.Fatal(err)
			}
		}
	}
	if w.used > chunksMost {
		t.Errorf("%d chunks, want at most %d", w.used, chunksMost)
	}
}

type discard struct{}

func (discard) Write(b []byte) (int, error) { return len(b), nil }

// A count that the scale makes too many is refused where it stands.
func TestScaledCountsAreBounded(t *testing.T) {
	g := quiet()
	g.Invocations = 2e6 // some hundreds a minute of the most popular
	spec := "azure2019:" + filepath.Join(t.TempDir(), "g")
	if err := Generate(context.Background(), g, Destination{Spec: spec}); err != nil {
		t.Fatal(err)
	}
	_, err := Open(context.Background(), spec, Options{Scale: 1e6})
	if err == nil || !strings.Contains(err.Error(), "which is more than 100000000 by the scale of 1e+06") {
		t.Errorf("error %v", err)
	}
}
