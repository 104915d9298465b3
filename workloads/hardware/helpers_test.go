package hardware

import (
	"bufio"
	"compress/gzip"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/coldcurve/coldcurve/sim/servers"
)

// data returns the path of a file of measurements, and skips the test where
// there are none.
func data(t testing.TB, path string) string {
	t.Helper()
	dir := os.Getenv("COLDCURVE_DATA")
	if dir == "" {
		t.Skip("COLDCURVE_DATA does not say where the measurements are")
	}
	return filepath.Join(dir, path)
}

// readLines calls f with each line of a gzipped file.
func readLines(t testing.TB, path string, f func(line []byte)) {
	t.Helper()
	r, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	z, err := gzip.NewReader(r)
	if err != nil {
		t.Fatal(err)
	}
	lines := bufio.NewScanner(z)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		f(lines.Bytes())
	}
	if lines.Err() != nil {
		t.Fatal(lines.Err())
	}
}

// shape returns the Spec of a GPU and a model that ships.
func shape(t testing.TB, gpu string, count int64, model string) Spec {
	t.Helper()
	m, err := FindModel(model)
	if err != nil {
		t.Fatal(err)
	}
	return Default(gpu, count, m)
}

func mustNew(t testing.TB, s Spec) *Profile {
	t.Helper()
	p, err := New(s)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// decodes is a pass of requests that have equal contexts.
func decodes(n, context int64) *servers.Step {
	return &servers.Step{Tokens: n, Sequences: n, Decodes: n, KV: n * context, MaxKV: context}
}

func mean(x []float64) float64 {
	s := 0.0
	for _, v := range x {
		s += v
	}
	return s / float64(len(x))
}

// quantile returns the q-quantile by linear interpolation.
func quantile(x []float64, q float64) float64 {
	s := slices.Sorted(slices.Values(x))
	at := q * float64(len(s)-1)
	i := int(at)
	if i+1 == len(s) {
		return s[i]
	}
	return s[i] + (at-float64(i))*(s[i+1]-s[i])
}
