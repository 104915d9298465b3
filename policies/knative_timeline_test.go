package policies

import (
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/coldcurve/coldcurve/sim"
)

// listened writes down what an autoscaler wants at each multiple of a period.
type listened struct {
	sim.ScalingFactory
	every sim.Time
	heard *[]string
}

func (l listened) New(g sim.Group) sim.Scaling {
	return listening{l.ScalingFactory.New(g).(sim.TickingScaling), l}
}

type listening struct {
	sim.TickingScaling
	to listened
}

func (l listening) Tick(v sim.View, now sim.Time) sim.Scale {
	s := l.TickingScaling.Tick(v, now)
	if now%l.to.every == 0 {
		*l.to.heard = append(*l.to.heard, fmt.Sprintf("%d: %d", now/sim.Second, s.Wanted))
	}
	return s
}

// TestKnativeThirtyTicks: from none to four and back to none in thirty looks, each worked out by
// hand. Pods have a target of 10, of which 0.7 are to be used: 7; they are ready 3 s after
// they start. The stable window is 20 s, the panic window 4 s.
//
// One request is there from 1 to 9 (its pod is ready at 4, and it takes 5 s), 28 from 11 to 23, and
// 7 from 23 to 33. So the integral I of the requests that are there is t − 1 to 9, 8 to 11,
// 8 + 28 (t − 11) to 23, 344 + 7 (t − 23) to 33, and 414. A window goes back to the last look that
// is as far back or farther, or to the first, at 1, when the request came. stable and panic are the
// averages, (I − I then) ÷ time, and in brackets what they ask for, ⌈average ÷ 7⌉. Less than
// ⌊ready ÷ 2⌋ is never wanted. excess is ⌊10 × ready − 20 − panic⌋: where it is below 0 the activator is in the path.
//
//	 t    I   stable         panic         ready  wanted  excess
//	 2    1    1 ÷ 1 (1)      1 ÷ 1 (1)    0      1       −21: in
//	 4    3    3 ÷ 3 (1)      3 ÷ 3 (1)    1      1       −11
//	 6    5    5 ÷ 5 (1)      4 ÷ 4 (1)    1      1       −11
//	 8    7    7 ÷ 7 (1)      4 ÷ 4 (1)    1      1       −11
//	10    8    8 ÷ 9 (1)      3 ÷ 4 (1)    1      1       −11
//	12   36   36 ÷ 11 (1)    29 ÷ 4 (2)    1      2       −18: 2 ÷ 1 pods ≥ 2, it panics
//	14   92   92 ÷ 13 (2)    84 ÷ 4 (3)    1      3       −31: likewise
//	16  148  148 ÷ 15 (2)   112 ÷ 4 (4)    2      4       −28: 4 ÷ 2, likewise, the last time
//	18  204  204 ÷ 17 (2)   112 ÷ 4 (4)    3      4       −18
//	20  260  260 ÷ 19 (2)   112 ÷ 4 (4)    4      4        −8
//	22  316  315 ÷ 20 (3)   112 ÷ 4 (4)    4      4        −8
//	24  351  348 ÷ 20 (3)    91 ÷ 4 (4)    4      4        −3
//	26  365  360 ÷ 20 (3)    49 ÷ 4 (2)    4      4         7: out; in panic nothing is taken away
//	28  379  372 ÷ 20 (3)    28 ÷ 4 (1)    4      4        13
//	30  393  385 ÷ 20 (3)    28 ÷ 4 (1)    4      4        13
//	32  407  371 ÷ 20 (3)    28 ÷ 4 (1)    4      4        13
//	34  414  322 ÷ 20 (3)    21 ÷ 4 (1)    4      4        14
//	36  414  266 ÷ 20 (2)     7 ÷ 4 (1)    4      4        18: 16 + 20 is not past
//	38  414  210 ÷ 20 (2)     0     (0)    4      2        20: it is: no panic any more
//	40  414  154 ÷ 20 (2)     0     (0)    2      2         0
//	42  414   98 ÷ 20 (1)     0     (0)    2      1         0
//	44  414   63 ÷ 20 (1)     0     (0)    1      1       −10: in
//	46  414   49 ÷ 20 (1)     0     (0)    1      1       −10
//	48  414   35 ÷ 20 (1)     0     (0)    1      1       −10
//	50  414   21 ÷ 20 (1)     0     (0)    1      1       −10
//	52  414    7 ÷ 20 (1)     0     (0)    1      1       −10
//	54  414    0      (0)     0     (0)    1      0, but 1 while the activator has not been in the path for 16 s
//	56  414                                       1
//	58  414                                       1
//	60  414                                       0: 44 + 16
func TestKnativeThirtyTicks(t *testing.T) {
	var heard []string
	scaling, err := Scaling(table(t, `{ name = "knative", target = 10, window = "20s", panic_window = "4s", burst = 20, grace = "16s" }`))
	if err != nil {
		t.Fatal(err)
	}
	requests := append([][2]float64{{1, 5}}, append(times(28, 11, 12), times(7, 23, 10)...)...)
	p := sim.Platform{Concurrency: 1000, Reuse: sim.LeastLoaded, Init: initOf(3), Scaling: listened{scaling, 2 * sim.Second, &heard}}
	got := scaledBy(t, p, requests...)
	want := []string{
		"2: 1", "4: 1", "6: 1", "8: 1", "10: 1", "12: 2", "14: 3", "16: 4", "18: 4", "20: 4",
		"22: 4", "24: 4", "26: 4", "28: 4", "30: 4", "32: 4", "34: 4", "36: 4", "38: 2", "40: 2",
		"42: 1", "44: 1", "46: 1", "48: 1", "50: 1", "52: 1", "54: 1", "56: 1", "58: 1", "60: 0",
	}
	if diff := cmp.Diff(want, heard); diff != "" {
		t.Errorf("the looks, −want +got:\n%s", diff)
	}
	wantSpans(t, got, "f0 1-60", "f0 12-42", "f0 14-38", "f0 16-38")
}

// The same with 3 requests more from 33 to 45, and a burst capacity of 18. From 34 on I is 414 + 3 (t − 33), and 450 from 45 on.
//   - 38: 225 ÷ 20 = 11.25: two, and no panic. 40: 8.75: two, and the excess of two pods
//     is 20 − 18 − 3: the activator is in the path, which it would not be without these three.
//   - 42: 125 ÷ 20 = 6.25: one. The excess of two is still −1, and of one, from 44 on, −11 or −8.
//   - 66: the window since 46 is empty. The grace of 30 s since 40 is over at 70.
func TestKnativeBurstBeyondWhatIsThere(t *testing.T) {
	var heard []string
	scaling, err := Scaling(table(t, `{ name = "knative", target = 10, window = "20s", panic_window = "4s", burst = 18 }`))
	if err != nil {
		t.Fatal(err)
	}
	requests := append(append([][2]float64{{1, 5}}, times(28, 11, 12)...), append(times(7, 23, 10), times(3, 33, 12)...)...)
	p := sim.Platform{Concurrency: 1000, Reuse: sim.LeastLoaded, Init: initOf(3), Scaling: listened{scaling, 2 * sim.Second, &heard}}
	scaledBy(t, p, requests...)
	if diff := cmp.Diff([]string{"38: 2", "40: 2", "42: 1"}, heard[18:21]); diff != "" {
		t.Errorf("−want +got:\n%s", diff)
	}
	if diff := cmp.Diff([]string{"66: 1", "68: 1", "70: 0"}, heard[32:]); diff != "" {
		t.Errorf("−want +got:\n%s", diff)
	}
}
