package flows

import "testing"

// The most frequent of three keys has 0.8 of the records; of 10,000 as frequent ones each of
// 4 lanes has about a quarter, to five standard deviations (√(0.25 × 0.75 ÷ 10,000) = 0.0043).
// With one lane that has all. A queue that is in order has no lanes; without keys, or an
// order, nothing is hot.
func TestHottest(t *testing.T) {
	few := &Keys{Popularity: []float64{0.1, 0.9, 1}}
	many := &Keys{Popularity: make([]float64, 10_000)}
	for i := range many.Popularity {
		many.Popularity[i] = float64(i+1) / 10_000
	}
	near := func(x, y, by float64) bool { return x-y <= by && y-x <= by }
	for _, c := range []struct {
		name          string
		t             Trigger
		key, lane, by float64
	}{
		{"a hot key", Trigger{Name: "s", Keys: few, Stream: &Stream{Shards: 1}}, 0.8, 1, 1e-9},
		{"spread", Trigger{Name: "s", Keys: many, Stream: &Stream{Shards: 2, Parallel: 2}}, 0.0001, 0.25, 0.022},
		{"in order", Trigger{Name: "q", Keys: few, Queue: &Queue{FIFO: true}}, 0.8, 0, 1e-9},
		{"in no order", Trigger{Name: "q", Keys: few, Queue: &Queue{}}, 0, 0, 0},
		{"without keys", Trigger{Name: "s", Stream: &Stream{Shards: 2}}, 0, 0, 0},
	} {
		if key, lane := c.t.Hottest(); !near(key, c.key, c.by) || !near(lane, c.lane, c.by) {
			t.Errorf("%s: %v and %v, want %v and %v", c.name, key, lane, c.key, c.lane)
		}
	}
}
