package sparse

import (
	"runtime"
	"testing"

	"pgregory.net/rapid"
)

// A curve has the values of an array that is changed alike, over pages and folders
// that are touched and that are not, and after merging.
func TestCurveIsAnArray(t *testing.T) {
	const folderSpan = pageLen * folderLen
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.SampledFrom([]int{1, pageLen - 1, pageLen, 3*pageLen + 5, folderSpan, 2*folderSpan + 7}).Draw(t, "buckets")
		want := make([]int64, n)
		curves := []Curve{NewCurve(n), NewCurve(n)}
		for range rapid.IntRange(0, 20).Draw(t, "changes") {
			c := &curves[rapid.IntRange(0, 1).Draw(t, "of")]
			b, v := rapid.IntRange(0, n).Draw(t, "bucket"), rapid.Int64Range(-9, 9).Draw(t, "value")
			if rapid.Bool().Draw(t, "one") {
				if b < n {
					c.Add(b, v)
					want[b] += v
				}
				continue
			}
			c.Raise(b, v)
			for k := b; k < n; k++ {
				want[k] += v
			}
		}
		curves[0].Merge(&curves[1])
		at := 0
		for r := range curves[0].Runs() {
			if r.From != at || r.To <= r.From || r.Part != 0 && r.To != r.From+1 {
				t.Fatalf("run %+v after bucket %d", r, at)
			}
			for ; at < r.To; at++ {
				if got := r.Level + r.Part; got != want[at] {
					t.Fatalf("bucket %d is %d, want %d", at, got, want[at])
				}
			}
		}
		if at != n || curves[0].Len() != n {
			t.Fatalf("the runs end at %d of %d buckets", at, n)
		}
	})
}

// What is between two buckets ten years apart takes no memory, and a touched
// bucket no allocation.
func TestCurveIsSparse(t *testing.T) {
	const tenYears = 315_619_200
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	c := NewCurve(tenYears)
	c.Add(77, 1)
	c.Raise(tenYears-1, 1)
	runtime.ReadMemStats(&after)
	if bytes := after.TotalAlloc - before.TotalAlloc; bytes > 1<<18 {
		t.Errorf("two touched buckets of %d take %d bytes, want less than 256 KiB", tenYears, bytes)
	}
	if n := testing.AllocsPerRun(100, func() { c.Add(78, 1); c.Raise(79, 1) }); n != 0 {
		t.Errorf("%v allocations a touched bucket, want none", n)
	}
}
