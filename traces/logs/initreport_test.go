package logs

import (
	"fmt"
	"strings"
	"testing"

	"github.com/coldcurve/coldcurve/sim"
)

// A failed initialisation has the memory size of the function's next report, and
// one that none follows that of the last.
func TestMemoryOfFailedInits(t *testing.T) {
	const (
		init = "INIT_REPORT Init Duration: 1000.00 ms\tPhase: init\tStatus: error\n"
		line = "REPORT RequestId: %08d-0000-4000-8000-000000000000\tDuration: 100.00 ms\tBilled Duration: 100 ms\tMemory Size: %d MB\tMax Memory Used: 64 MB\n"
	)
	n := 0
	log := func(steps ...int) string { // a failed initialisation (0) or a report of a size, a second apart
		var b strings.Builder
		for _, memory := range steps {
			fmt.Fprintf(&b, "2026-10-01T00:00:%02dZ ", n)
			if n++; memory == 0 {
				b.WriteString(init)
			} else {
				fmt.Fprintf(&b, line, n, memory)
			}
		}
		return b.String()
	}
	for _, c := range []struct {
		steps []int
		want  uint64 // MiB × ms
	}{
		{[]int{0, 1024, 1024, 0, 2048}, 1000*1024 + 1000*2048},
		{[]int{0, 0, 2048, 128, 128}, 2000 * 2048},
		{[]int{1024, 1024, 2048, 0}, 1000 * 2048},
		{[]int{1024, 1024, 2048}, 0},
	} {
		n = 0
		if f := one(t, read(t, "x", log(c.steps...), Options{Strict: true})); f.FailedInits.MiBMS != (sim.Wide{Lo: c.want}) {
			t.Errorf("%v: %+v, want %d MiB-ms", c.steps, f.FailedInits, c.want)
		}
	}
}
