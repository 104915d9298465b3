package results

import (
	"bytes"
	"strings"
	"testing"

	"github.com/coldcurve/coldcurve/sim"
	"github.com/coldcurve/coldcurve/sim/flows"
)

// metSet is a set of an application with two rows, whose replications met limits.
func metSet(rows ...[][]MetLimit) *answer {
	a := &answer{set: &Set{}}
	for i, replications := range rows {
		c := Cell{Application: &ApplicationGraph{Graph: &flows.Graph{}}}
		for _, met := range replications {
			c.Replications = append(c.Replications, &Replication{Application: &Application{Met: met,
				Events: []EventRecord{{Latency: Times{N: 100, Mean: 1}}}, Flows: []FlowRecord{{Latency: Times{N: 100, Mean: 10}}}}})
		}
		a.set.Cells = append(a.set.Cells, c)
		a.rows, a.names, a.policies = append(a.rows, Row{Cell: i}), append(a.names, string(rune('a'+i))), append(a.policies, i)
	}
	return a
}

// Of two replications means are told: (7,000 + 17,691) ÷ 2 = 12,345.5, which is written
// 12,346. Executions take 2 × 100 × 10 s: 19 s of waiting are less than 1 % of it and are
// left out, 21 s of 3 and 4 that waited, 3 s each, are told with the longest.
func TestMetLimits(t *testing.T) {
	api := func(n uint64) MetLimit {
		return MetLimit{Of: "Amazon API Gateway in us-east-1", What: "requests", Value: "10,000 a second and account", Refused: n}
	}
	states := func(n uint64, sum, most float64) MetLimit {
		return MetLimit{Of: "order", What: "transitions", Value: "5 a second", Waited: n, WaitSum: sum, WaitMax: most}
	}
	size := MetLimit{Of: "f", What: "calls", Value: "6 bytes of a payload", Size: true, Refused: 3}
	const gateway = "Amazon API Gateway in us-east-1: requests (10,000 a second and account), "
	for _, c := range []struct {
		name string
		of   *answer
		want string
	}{
		{"none", metSet([][]MetLimit{nil, nil}), ""},
		{"mean", metSet([][]MetLimit{{api(7000)}, {api(17_691)}}), "The limit that was over: " + gateway + "12,346 throttled"},
		{"short waits", metSet([][]MetLimit{{states(3, 9, 4)}, {states(4, 10, 5)}}), ""},
		{"waits", metSet([][]MetLimit{{states(3, 9, 4)}, {states(4, 12, 5)}}), "The limit that was over: order: transitions (5 a second), 4 waited 3.00 s in the mean, 5.00 s at most"},
		{"two, most first", metSet([][]MetLimit{{size, api(7)}}), "The limits that were over: " + gateway + "7 throttled; f: calls (6 bytes of a payload), 3 refused"},
		{"rows", metSet([][]MetLimit{{api(7)}}, [][]MetLimit{nil}, [][]MetLimit{{api(8)}}), "The limit that was over: " + gateway + "7 throttled with “a”, 8 throttled with “c”"},
		{"many rows", metSet([][]MetLimit{{api(1)}}, [][]MetLimit{{api(2)}}, [][]MetLimit{{api(3)}}, [][]MetLimit{{api(4)}}),
			"The limit that was over: " + gateway + "1 throttled with “a”, 2 throttled with “b”, 3 throttled with “c”, and with 1 more row"},
	} {
		if got := c.of.met(); got != c.want {
			t.Errorf("%s: %q\nwant %q", c.name, got, c.want)
		}
	}
}

// What flows count of a graph's limits is in limits.csv: of a limit of 2 transitions a second
// 4 have waited 10 s in all and 4 s at most; its starts have refused 7.
func TestLimitsSheet(t *testing.T) {
	e := flows.Engine{Starts: &flows.Bucket{Rate: 0.5}, States: &flows.Bucket{Rate: 2}}
	g := &flows.Graph{Flows: []flows.Flow{{Name: "order", Engine: e}}}
	var sum sim.Wide
	sum.Add(10 * sim.Second)
	tally := &flows.Tally{Refused: []flows.Refused{{Kind: flows.RefusedFlow, Limit: 0, N: 7}}, Waited: []flows.Wait{{}, {N: 4, Sum: sum, Longest: 4 * sim.Second}}}
	s := &Set{Cells: []Cell{{Application: &ApplicationGraph{Graph: g}, Platform: "app", Replications: []*Replication{{Application: &Application{Met: metOf(g, tally)}}}}}}
	var b bytes.Buffer
	if err := writeCSV(&b, s.limitsSheet(func(each func(i, n int, r *Replication) error) error { return each(0, 0, s.Cells[0].Replications[0]) })); err != nil {
		t.Fatal(err)
	}
	want := `application,replication,limit_of,what,value,refused,waited,wait_mean_s,wait_max_s
app,0,order,starts,0.500 a second,7,0,,
app,0,order,transitions,2 a second,0,4,2.5,4
`
	if got := b.String(); got != want {
		t.Errorf("%s\nwant\n%s", got, strings.TrimSpace(want))
	}
}
