package results

import (
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// A quantile is within 0.8 %, and a cost within its paired interval: what differs by
// less is equal, and a point is on the front unless another is for certain better on
// one axis, and not for certain worse on the other.
func TestFrontOfWhatCanBeToldApart(t *testing.T) {
	for _, c := range []struct {
		name string
		rows []Row
		want []int
	}{
		{"slower by 1 % costs the same", []Row{answerRow("a", 2, 1, 0), answerRow("b", 2, 1.01, 0)}, []int{0, 1}},
		{"slower by 2 % costs the same", []Row{answerRow("a", 2, 1, 0), answerRow("b", 2, 1.02, 0)}, []int{0}},
		{"slower by 1 % is cheaper", []Row{answerRow("a", 2.1, 1, 0), answerRow("b", 2, 1.01, 0)}, []int{1}},
		{"slower by 2 % is cheaper", []Row{answerRow("a", 2.1, 1, 0), answerRow("b", 2, 1.02, 0)}, []int{0, 1}},
		{"cheaper within the paired interval, and slower", // 1, −1 and 1.5 on average 0.5 ± 3.3
			[]Row{overReplications("a", []float64{11, 9, 11.5}, []float64{1, 1, 1}), overReplications("b", []float64{10, 10, 10}, []float64{2, 2, 2})}, []int{0}},
		{"cheaper beyond it, and slower", []Row{overReplications("a", []float64{11, 11.1, 11.2}, []float64{1, 1, 1}), overReplications("b", []float64{10, 10, 10}, []float64{2, 2, 2})}, []int{0, 1}},
		// a is cheaper than b, and b than c, each equally fast as the next; but c is faster than a.
		{"beaten by who is beaten", []Row{answerRow("a", 1, 1.04, 0), answerRow("b", 2, 1.03, 0), answerRow("c", 3, 1.02, 0)}, []int{0, 2}},
		{"equal", []Row{answerRow("a", 1, 1, 0), answerRow("b", 1, 1, 0)}, []int{0, 1}},
	} {
		var got []int
		for _, f := range fronts(costPoints(t, c.rows, "latency_p99_s")) {
			got = append(got, f...)
		}
		slices.Sort(got)
		if !slices.Equal(got, c.want) {
			t.Errorf("%s: the front is %v, want %v", c.name, got, c.want)
		}
	}
}

// What a plot says of its points holds of the means that it draws: on the front no other
// is better by both, and the line through it only falls; beaten is by one that is better
// by both, and certainly in one. What is neither is not told apart.
func TestStandings(t *testing.T) {
	two := func(cost, p99 float64, spread float64) Row { // t(1, 0.975) = 12.7: half-width 12.7 · spread ÷ 2
		return overReplications("", []float64{cost - spread/2, cost + spread/2}, []float64{p99, p99})
	}
	for _, c := range []struct {
		name string
		rows []Row
		want []frontStanding
	}{
		{"slower by 2 % costs the same", []Row{answerRow("a", 2, 1, 0), answerRow("b", 2, 1.02, 0)}, []frontStanding{onFront, isBeaten}},
		// fronts has b alone; by the means neither is better in both.
		{"slower by 1 % is cheaper", []Row{answerRow("a", 2.1, 1, 0), answerRow("b", 2, 1.01, 0)}, []frontStanding{onFront, onFront}},
		{"slower by 1 % costs the same", []Row{answerRow("a", 2, 1, 0), answerRow("b", 2, 1.01, 0)}, []frontStanding{onFront, notTold}},
		{"equal", []Row{answerRow("a", 1, 1, 0), answerRow("b", 1, 1, 0)}, []frontStanding{onFront, onFront}},
		// a is cheaper by 0.1 ± 6.35 and as fast.
		{"dearer by less than can be told", []Row{two(10, 1, 1), two(10.1, 1, 0)}, []frontStanding{onFront, notTold}},
		// b is cheaper within its interval, and slower for certain: a beats b, though not by the means.
		{"cheaper by less than can be told, and slower", []Row{two(10.1, 1, 0), two(10, 2, 1)}, []frontStanding{onFront, onFront}},
		{"dearer beyond it", []Row{two(10, 1, 0), two(11, 1, 0)}, []frontStanding{onFront, isBeaten}},
	} {
		if got := standings(costPoints(t, c.rows, "latency_p99_s")); !slices.Equal(got, c.want) {
			t.Errorf("%s: %v, want %v", c.name, got, c.want)
		}
	}
	apart := costPoints(t, []Row{answerRow("a", 1, 1, 0), answerRow("b", 2, 2, 0)}, "latency_p99_s")
	apart[1].load = "another"
	if got := standings(apart); !slices.Equal(got, []frontStanding{onFront, onFront}) {
		t.Errorf("of two loads: %v, want each on its own front", got)
	}
	bound := costPoints(t, []Row{answerRow("a", 1, 1, 0), answerRow("b", 2, 2, 0)}, "latency_p99_s")
	bound[0].bound = true // which no policy can reach
	if got := standings(bound); got[1] != onFront {
		t.Errorf("beside a bound: %v, want the other on the front", got)
	}
	rapid.Check(t, func(t *rapid.T) {
		var points []scatterPoint
		rows := make([]Row, rapid.IntRange(1, 8).Draw(t, "rows"))
		for i := range rows {
			value := rapid.Float64Range(1, 2)
			rows[i] = overReplications("", []float64{value.Draw(t, "cost"), value.Draw(t, "cost")}, []float64{value.Draw(t, "p99"), value.Draw(t, "p99")})
			points = append(points, scatterPoint{x: rows[i].mean("latency_p99_s"), y: rows[i].mean("cost"), xOf: columnOf{&rows[i], "latency_p99_s"}, yOf: columnOf{&rows[i], "cost"}})
		}
		better := func(j, i int) bool {
			a, b := &points[j], &points[i]
			return a.x <= b.x && a.y <= b.y && (a.x < b.x || a.y < b.y)
		}
		is := standings(points)
		for i := range points {
			some, sure := false, false
			for j := range points {
				some = some || better(j, i)
				sure = sure || better(j, i) && (below(&rows[j], &rows[i], "cost") || below(&rows[j], &rows[i], "latency_p99_s"))
			}
			switch {
			case is[i] == isBeaten && !sure:
				t.Fatalf("%d is said to be beaten, and nothing certainly beats it", i)
			case is[i] != isBeaten && sure:
				t.Fatalf("%d is certainly beaten, and is said to be %d", i, is[i])
			case (is[i] == onFront) == some:
				t.Fatalf("%d is said to be %d, and that another is better by both means is %v", i, is[i], some)
			}
		}
		drawn, _ := drawnFronts(points, is)
		for _, front := range drawn {
			for k := 1; k < len(front); k++ {
				if a, b := points[front[k-1]], points[front[k]]; b.x < a.x || b.y > a.y {
					t.Fatalf("the front rises from %v, %v to %v, %v", a.x, a.y, b.x, b.y)
				}
			}
		}
	})
}

// An interval is not drawn where no value can be: 3 ± 8 % ends at 0, and 97 ± 8 % at 100 %.
func TestIntervalsOfShares(t *testing.T) {
	for _, c := range []struct{ x, half, most, low, high float64 }{
		{3, 8, 100, 0, 11}, {97, 8, 100, 89, 100}, {0, 2, 100, 0, 2}, {5, 2, 0, 3, 7}, {5, 200, 0, 0, 205}, {-1, 2, 0, -3, 1}, {101, 2, 100, 99, 101},
	} {
		if low, high := possible(c.x, c.half, c.most); low != c.low || high != c.high {
			t.Errorf("%v ± %v of at most %v: %v to %v, want %v to %v", c.x, c.half, c.most, low, high, c.low, c.high)
		}
		for _, end := range ends(c.x, c.half, c.most) {
			if end < c.low || end > c.high {
				t.Errorf("%v ± %v of at most %v: an axis shows %v", c.x, c.half, c.most, end)
			}
		}
	}
	// An end at 0 is not one that an axis must show, which may be one of magnitudes.
	for _, c := range []struct {
		x, half float64
		want    []float64
	}{{3, 8, []float64{3, 11}}, {97, 8, []float64{89, 97, 100}}, {0, 2, []float64{0, 0, 2}}, {3, 0, []float64{3}}} {
		if got := ends(c.x, c.half, 100); !slices.Equal(got, c.want) {
			t.Errorf("an axis of %v ± %v shows %v, want %v", c.x, c.half, got, c.want)
		}
	}
}
