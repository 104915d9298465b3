package policies

import (
	"slices"
	"testing"

	"github.com/coldcurve/coldcurve/sim"
)

// What stands just at a bound of SPES: of twenty idle times, two are no more than a tenth and
// three are; repeated idle times 10 minutes apart are one span, 11 apart are two.
func TestSPESPredictsAtItsBounds(t *testing.T) {
	idle := slices.Concat(slices.Repeat([]int{5}, 15), slices.Repeat([]int{7}, 3), slices.Repeat([]int{9}, 2))
	var p prediction
	if p.fit(approRegular, idle); !slices.Equal(p.expected, []int{5, 7}) {
		t.Errorf("expected after %v, want 5 and 7", p.expected)
	}
	for wait, between := range map[int]bool{13: true, 14: false} {
		if p.repeat([]mode{{wait: 3, count: 2}, {wait: wait, count: 2}}); p.between != between || !slices.Equal(p.expected, []int{3, wait}) {
			t.Errorf("3 and %d: %v, between is %t, want %t", wait, p.expected, p.between, between)
		}
	}
}

// What is seen since the training moves a prediction from just beyond a bound on: a period of
// 10 minutes that did not vary by a median of 12, to 11, and not by one of 11; the most of a
// dense function up to the idle time that counts as dense, 12; and an idle time that is
// repeated as often as the training's stands beside it.
func TestSPESLearnsAtItsBounds(t *testing.T) {
	for wait, want := range map[int]float64{11: 10, 12: 11} {
		p := prediction{category: regular, period: 10}
		for range enoughWaits {
			p.learn(wait, 0)
		}
		if p.period != want {
			t.Errorf("a period of %v after waits of %d, want %v", p.period, wait, want)
		}
	}
	for below, want := range map[int]int{11: 10, 12: 12} {
		p := prediction{category: dense, expected: []int{2, 10}}
		for _, wait := range []int{2, 2, 2, 2, 12} {
			p.learn(wait, below)
		}
		if p.expected[1] != want {
			t.Errorf("dense below %d: until %d, want %d", below, p.expected[1], want)
		}
	}
	p := prediction{modes: []mode{{wait: 3, count: 2}}}
	if p.renew([]mode{{wait: 5, count: 2}}); !slices.Equal(p.expected, []int{3, 5}) || !p.between {
		t.Errorf("%v, between is %t, want between 3 and 5", p.expected, p.between)
	}
	if p.renew([]mode{{wait: 7, count: 3}}); !slices.Equal(p.expected, []int{3, 7}) {
		t.Errorf("%v, want 7 in the place of 5, and 3", p.expected)
	}
}

// Short idle times are merged with what is beside them, and not over what is three quarters of
// the usual one, 800: 600 and 200 are 800, and the 600 before them stays. Three in ten may be
// merged, and no more. Of four lengths the usual one has to be there twice, half as often, of five more often.
func TestSPESMergesAtItsBounds(t *testing.T) {
	usual := func(n int) []int { return slices.Repeat([]int{800}, n) }
	for _, c := range []struct{ idle, want []int }{
		{slices.Concat(usual(3), []int{600, 600, 200}, usual(5)), slices.Concat(usual(3), []int{600, 800}, usual(5))},
		{slices.Concat(usual(4), []int{600, 200, 600, 200, 600, 200}), usual(7)},
		{[]int{800, 600, 200, 800, 500}, []int{800, 800, 800, 500}},
		{[]int{800, 600, 200, 800, 500, 400}, []int{800, 600, 200, 800, 500, 400}},
		{slices.Concat(usual(3), []int{600, 200, 600, 200, 600, 200}), slices.Concat(usual(3), []int{600, 200, 600, 200, 600, 200})},
	} {
		if got := mergeWaits(c.idle); !slices.Equal(got, c.want) {
			t.Errorf("%v: %v, want %v", c.idle, got, c.want)
		}
	}
}

// A first idle time that is 3 below the usual one was cut by the edge, and so is the last where
// the time ends idle: what is between is regular. One that is 2 below was not.
func TestSPESIsRegularWithoutItsEdges(t *testing.T) {
	for first, want := range map[int]bool{5: true, 6: false} {
		for _, r := range []runs{{idle: []int{first, 8, 8, 8, 8, 8, 5}, endsIdle: true}, {idle: []int{first, 8, 8, 8, 8, 8}}} {
			if got := r.isRegular(false); got != want {
				t.Errorf("first %d, ends idle %t: regular is %t, want %t", first, r.endsIdle, got, want)
			}
		}
	}
}

// A tenth of cold starts is few enough, whatever is wasted: of strategies with 10 % and twice
// the waste, and with all cold, the first. With more than a tenth, 11 %, that would save
// 0.5 · 0.89 ÷ 0.11 = 4 times its cold starts, and wastes 1 time more than the second.
func TestSPESHasFewEnough(t *testing.T) {
	if got := best([3]trial{{cold: 0.1, waste: 2}, {cold: 1, waste: 1}, {cold: 1, waste: 3}}); got != 0 {
		t.Errorf("strategy %d, want 0", got)
	}
	if got := best([3]trial{{cold: 0.11, waste: 2}, {cold: 1, waste: 1}, {cold: 1, waste: 3}}); got != 1 {
		t.Errorf("above a tenth: strategy %d, want 1", got)
	}
}

// f1 is active in one minute of 11, the sixth, and so is f0, which is active in the first three, too: in 3
// of f1's 10 idle minutes, just three in ten, so that f1 follows it at once. Of 10 minutes 9 are
// idle, and 3 are more than 2.7. Nor does f1 follow by 3, 4 or 5 minutes, of which fewer are idle.
func TestSPESFollowsAtItsBound(t *testing.T) {
	s := SPES{}.New(sim.Group{Functions: []uint32{0, 1}}).(*spes)
	s.functions[0].counts = *bursts(1, 1, 0, 1, 2, 5)
	s.functions[1].counts = *bursts(1, 1, 5)
	for end, want := range map[int][]lead{10: nil, 11: {{0, 0}}} {
		if got := s.followed(1, end); !slices.Equal(got, want) {
			t.Errorf("of %d minutes: follows %v, want %v", end, got, want)
		}
	}
}
