package policies

import (
	"fmt"
	"math"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/coldcurve/coldcurve/sim"
)

// In two hours of training f0 is invoked every 20 minutes from 10 on, six times, f1 six
// seconds after it, f2 once, in minute 30, and f3 once, in minute 77. In 6 of 7 active minutes
// f0 and f1 are both invoked: a strong dependency. f2 has no idle times and cannot be
// predicted; its only minute is one of f0's 6 of 120: ln (1·120 ÷ (1·6)) = 3 > 0, a weak
// one. f3 shares no minute with anybody.
//
// The idle times of {f0, f1, f2} are 19 minutes, five times: unload, start 19·0.9 = 17.1
// minutes after a finish, stay until 20·1.1 = 22. After the last, in minute 110, that is from
// 111 + 17.1 minutes (7686 s) until 133 (7980 s): all are warm. f0 is invoked at 7800, ends at
// 7801 and would stay for a minute, until 7861; f1 is invoked at 7806: all are to stay until
// 7866. It ends at 7807, its own stays until 7867, and f2's until 7980. All start again at
// 7807 + 1026 = 8833, until 7807 + 1320 = 9127. f3 is alone, of unknown idle times: it stays
// for the range of 4 h, from the end of the training at 7200 on. 9060 ends its first, of 73
// minutes; it unloads at its end, 9061, for longer than is left.
//
// As an application f3 is with them. Its idle times are 19 minutes four times, and 6 and 12
// about 77: the head is 6 (5.4 minutes, 324 s), the tail 22. After 111 minutes all are
// there from the end of the training on, when f0 and f1 still are since 6600 and 6606, until 7980; after 7807 from 8131 on.
//
// Each function alone: f0 unloads at 7801, f1 at 7807; each starts again 1026 after its own,
// and stays until 1320 after it. f2, invoked once in minute 30, is kept for 4 h as f3 is.
func TestDefuse(t *testing.T) {
	arrivals := func() [][]float64 {
		return [][]float64{{10, 30, 50, 70, 90, 110, 130}, {10.1, 30.1, 50.1, 70.1, 90.1, 110.1, 130.1}, {30.2}, {77, 151}}
	}
	behind := func(spans []string) []string {
		return slices.DeleteFunc(spans, func(s string) bool {
			return s < "f0 66" && s[:2] == "f0" || s < "f1 66" && s[:2] == "f1" || s[:5] == "f2 18" || s[:5] == "f3 46"
		})
	}
	for _, c := range []struct {
		sets  string
		cold  int // behind the training
		spans []string
	}{
		{"mined", 0, []string{"f0 6600-7203", "f1 6606-7209", "f3 7200-9061", "f0 7686-7866", "f1 7686-7867", "f2 7686-7980", "f0 8833-9127", "f1 8833-9127", "f2 8833-9127"}},
		{"function", 0, []string{"f0 6600-7203", "f1 6606-7209", "f2 7200-", "f3 7200-9061", "f0 7686-7801", "f1 7686-7807", "f0 8827-9121", "f1 8833-9127"}},
	} {
		colds, spans := replayed(t, `{ name = "defuse", train = "2h", sets = "`+c.sets+`" }`, 200, arrivals()...)
		if n := len(slices.DeleteFunc(colds, func(at float64) bool { return at < 7200 })); n != c.cold {
			t.Errorf("%s: %d are cold behind the training, want %d", c.sets, n, c.cold)
		}
		if diff := cmp.Diff(c.spans, behind(spans)); diff != "" {
			t.Errorf("%s: instances behind the training (-want +got):\n%s", c.sets, diff)
		}
	}
	_, spans := replayed(t, `{ name = "defuse", train = "2h", sets = "app" }`, 150, arrivals()...)
	want := []string{"f0 6600-7866", "f1 6606-7867", "f2 7200-7980", "f3 7200-7980", "f0 8131-", "f1 8131-", "f2 8131-", "f3 8131-"}
	if diff := cmp.Diff(want, behind(spans)); diff != "" {
		t.Errorf("app: instances behind the training (-want +got):\n%s", diff)
	}
}

// The set of TestDefuse, but it is invoked at 140 minutes (8400 s), when nothing is there, and f1
// 0.6 s after f0, which still runs: f2 is to stay for a minute from when the set was idle
// last, until 8460. f1 takes the instance that starts, and both end at 8403. The idle times
// are 19 minutes, and now 29: all start again at 8403 + 1026, until 8403 + 30·1.1 minutes.
func TestDefuseOverlapping(t *testing.T) {
	colds, spans := replayed(t, `{ name = "defuse", train = "2h" }`, 200, []float64{10, 30, 50, 70, 90, 110, 140}, []float64{10.01, 30.01, 50.01, 70.01, 90.01, 110.01, 140.01}, []float64{30.2})
	if n := len(slices.DeleteFunc(colds, func(at float64) bool { return at < 7200 })); n != 2 {
		t.Errorf("%d are cold behind the training, want f0 and f1, whose instance is not ready yet", n)
	}
	want := []string{"f0 8400-8463", "f1 8400-8463", "f2 8400-8460", "f0 9429-10383", "f1 9429-10383", "f2 9429-10383"}
	if diff := cmp.Diff(want, spans[len(spans)-6:]); diff != "" {
		t.Errorf("instances behind the training (-want +got):\n%s", diff)
	}
}

// The set of TestDefuse without f2 and f3, where one request is served at a time. f1 runs from
// 7806 to 7807, and a second f0 of 7806.5 is rejected: nothing of the set runs at 7807 all
// the same, so that both start again at 7807 + 1026 = 8833, and the two of 9000 are warm: f0 ends
// at 9001, and f1, of 9006, has it stay until 9066; it ends at 9007 and stays until 9067.
func TestDefuseForgetsWhoIsRejected(t *testing.T) {
	p, err := KeepAlive(table(t, `{ name = "defuse", train = "2h" }`))
	if err != nil {
		t.Fatal(err)
	}
	f0 := []float64{600, 1800, 3000, 4200, 5400, 6600, 7800, 7806.5, 9000}
	f1 := []float64{606, 1806, 3006, 4206, 5406, 6606, 7806, 9006}
	got := run(t, sim.Config{Workload: newLoad(f0, f1), Window: sim.Window{Horizon: 200 * sim.Minute},
		Platforms: []sim.Platform{{KeepAlive: p, Limit: sim.Limit{Account: 1, Over: sim.RejectOver}}}})
	if n := len(slices.DeleteFunc(got.colds(), func(at float64) bool { return at < 7200 })); n != 0 {
		t.Errorf("%d are cold behind the training, want none", n)
	}
	spans := got.spans()
	want := []string{"f0 8833-9066", "f1 8833-9067"}
	if diff := cmp.Diff(want, slices.DeleteFunc(spans, func(s string) bool { return s[3:7] != "8833" })); diff != "" {
		t.Errorf("instances for 9000 (-want +got):\n%s", diff)
	}
}

// The set of TestDefuseForgetsWhoIsRejected, and f2, which runs from 7799 to 7802 while nothing of
// the set does, so that the request of f0 at 7800 is rejected. Nothing of it ends, and the set is
// expected again all the same from 7800 + 1026 = 8826 on, until 7800 + 1320 = 9120: that of 9000
// is warm, and unloads f0 when it ends (in the set it stays for a minute). One that is served from
// 7800 to 9000 plans from its end, 9000 + 1026 = 10026, and nothing starts at 8826 beside it.
// Where its node fails at 8900, it still runs at 8826, is looked at again 1026 s later, at 9852, and
// is expected until 8826 + 1320 = 10146.
func TestDefusePlansThoughRejected(t *testing.T) {
	f0 := []float64{600, 1800, 3000, 4200, 5400, 6600, 7800, 9000}
	f1 := []float64{606, 1806, 3006, 4206, 5406, 6606, 9006}
	for _, c := range []struct {
		name, sets string
		f1, f2     []float64
		served     sim.Time // the request of 7800, where nothing stands in its way
		lost       sim.Time // when its node fails: never where 0
		want       []string // instances of f0 and f1 that start behind 7800
	}{
		{"alone", "function", nil, []float64{7799}, 0, 0, []string{"f0 8826-9001", "f0 10027-10321"}},
		{"in a set", "mined", f1, []float64{7799}, 0, 0, []string{"f0 8826-9066", "f1 8826-9067", "f0 10033-10327", "f1 10033-10327"}},
		{"served for long", "mined", f1, nil, 1200 * sim.Second, 0, []string{"f0 10026-10320", "f1 10026-10320"}},
		{"lost with its node", "mined", f1, nil, 1200 * sim.Second, 8900 * sim.Second, []string{"f0 9852-10146", "f1 9852-10146"}},
	} {
		p, err := KeepAlive(table(t, `{ name = "defuse", train = "2h", sets = "`+c.sets+`" }`))
		if err != nil {
			t.Fatal(err)
		}
		load, limit := newLoad(f0, c.f1, c.f2), 1
		if c.served > 0 {
			load.Invocations[0][6].Service, limit = c.served, 0
			load.Invocations[0], load.Invocations[1] = load.Invocations[0][:7], load.Invocations[1][:6]
		}
		platform := sim.Platform{KeepAlive: p, Limit: sim.Limit{Account: limit, Over: sim.RejectOver}}
		if c.lost > 0 {
			platform.Cluster = &sim.Cluster{Nodes: []sim.Node{{Memory: 1 << 20}}, Placement: FirstFit{}, Failures: sim.Failures{Schedule: []sim.Outage{{At: c.lost, For: sim.Second}}}}
		}
		got := run(t, sim.Config{Workload: load, Window: sim.Window{Horizon: 200 * sim.Minute}, Platforms: []sim.Platform{platform}})
		spans := slices.DeleteFunc(got.spans(), func(s string) bool {
			var f, from int
			_, err := fmt.Sscanf(s, "f%d %d-", &f, &from)
			return err != nil || f == 2 || from <= 7800
		})
		if diff := cmp.Diff(c.want, spans); diff != "" {
			t.Errorf("%s: instances behind 7800 (-want +got):\n%s", c.name, diff)
		}
	}
}

// The first case of TestDefusePlansThoughRejected, but f2 runs until 9502 (7799 + 2 + 1701), and f0's
// request of 7800 waits for that: the look at 8826 finds that it waits, and starts nothing. It is
// cold at 9502 and ends at 9505; f0 is expected from 9505 + 1026 = 10531 on, until 9505 + 1320 = 10825.
func TestDefuseLooksAtWhoWaits(t *testing.T) {
	p, err := KeepAlive(table(t, `{ name = "defuse", train = "2h", sets = "function" }`))
	if err != nil {
		t.Fatal(err)
	}
	load := newLoad([]float64{600, 1800, 3000, 4200, 5400, 6600, 7800}, nil, []float64{7799})
	load.Invocations[2][0].Service = 1701 * sim.Second
	got := run(t, sim.Config{Workload: load, Window: sim.Window{Horizon: 200 * sim.Minute},
		Platforms: []sim.Platform{{KeepAlive: p, Limit: sim.Limit{Account: 1, Over: sim.QueueOver}}}})
	spans := slices.DeleteFunc(got.spans(), func(s string) bool {
		var f, from int
		_, err := fmt.Sscanf(s, "f%d %d-", &f, &from)
		return err != nil || f == 2 || from <= 7800
	})
	if diff := cmp.Diff([]string{"f0 9502-9505", "f0 10531-10825"}, spans); diff != "" {
		t.Errorf("instances behind 7800 (-want +got):\n%s", diff)
	}
}

// f0 of TestDefuse, each function alone: planned from 7686 on, until 7980. Its request of 7640 comes before
// that and is rejected, while f2 runs from 7639 to 7642: nothing of the plan is left. Its minute, 127, ends an
// idle time of 16 minutes: the head is 16 · 0.9 = 14.4 minutes (864 s), so that it is expected from 8504 on, until
// 7640 + 1320 = 8960.
func TestDefuseForgetsThePlanOfWhoCame(t *testing.T) {
	p, err := KeepAlive(table(t, `{ name = "defuse", train = "2h", sets = "function" }`))
	if err != nil {
		t.Fatal(err)
	}
	load := newLoad([]float64{600, 1800, 3000, 4200, 5400, 6600, 7640}, nil, []float64{7639})
	got := run(t, sim.Config{Workload: load, Window: sim.Window{Horizon: 200 * sim.Minute},
		Platforms: []sim.Platform{{KeepAlive: p, Limit: sim.Limit{Account: 1, Over: sim.RejectOver}}}})
	if diff := cmp.Diff([]string{"f0 8504-8960"}, startedBehind(got.spans(), 0, 7200)); diff != "" {
		t.Errorf("instances of f0 behind the training (-want +got):\n%s", diff)
	}
}

// startedBehind lists the spans of a function that start behind a second.
func startedBehind(spans []string, function, second int) []string {
	return slices.DeleteFunc(spans, func(s string) bool {
		var f, from int
		_, err := fmt.Sscanf(s, "f%d %d-", &f, &from)
		return err != nil || f != function || from <= second
	})
}

// f0, invoked in minutes 10 and 30, is expected from 31 + 17.1 minutes on until 31 + 22 = 53, which is over when the
// training of 2 h is. Another's idle times, 19 minutes until the last in minute 110, are all beyond a range of 2 minutes,
// and are forecast; without a margin that is a window of no length, at 111 + 19 minutes (7800 s). Nobody is started
// for either.
func TestDefuseStartsNobodyForNothing(t *testing.T) {
	_, spans := replayed(t, `{ name = "defuse", train = "2h", sets = "function", range = "1h" }`, 200, []float64{10, 30})
	if late := startedBehind(spans, 0, 1800); len(late) > 0 {
		t.Errorf("whose window is over: %q start", late)
	}
	for margin, want := range map[string][]string{"0.0": nil, "0.1": {"f0 7686-7914"}} { // 1140 s ± 114
		_, spans = replayed(t, `{ name = "defuse", train = "2h", sets = "function", range = "2m", arima_margin = `+margin+` }`, 200, []float64{10, 30, 50, 70, 90, 110})
		if diff := cmp.Diff(want, startedBehind(spans, 0, 7000), cmpopts.EquateEmpty()); diff != "" {
			t.Errorf("forecast ± %s (-want +got):\n%s", margin, diff)
		}
	}
}

// Sets by hand, of 100 minutes. a, b and c share 2 of the 10 active minutes each, which is the
// support of 0.2: one set, though no minute has all three and a and c share none. d and e share 1: none.
// f cannot be predicted. It shares its one minute with g, active in 50, and with h, in 2: the
// mutual information is ln 2 and ln 50, so it goes with h; with two weak ones with both.
// i, which cannot be predicted either, shares one of its 2 minutes with g: ln 1 = 0, no dependency.
func TestDependencies(t *testing.T) {
	a, b, c := bursts(1, 1, 0, 1, 2), bursts(1, 1, 1, 2, 3, 4), bursts(1, 1, 3, 4, 5)
	d, e := bursts(1, 1, 6, 7), bursts(1, 1, 7, 8, 9)
	yes := []bool{true, true, true, true, true}
	if got := dependencies([]activity{*a, *b, *c, *d, *e}, yes, 100, 0.2, 1); !slices.Equal(got, []int{0, 0, 0, 3, 4}) {
		t.Errorf("strong: %v, want a, b and c together", got)
	}
	f, g, h, i := bursts(1, 1, 40), bursts(50, 1, 0), bursts(1, 1, 40, 60), bursts(1, 1, 10, 90)
	some := []activity{*f, *g, *h, *i}
	for weak, want := range map[int][]int{0: {0, 1, 2, 3}, 1: {0, 1, 0, 3}, 2: {0, 0, 0, 3}} {
		if got := dependencies(some, []bool{false, true, true, false}, 100, 0.9, weak); !slices.Equal(got, want) {
			t.Errorf("%d weak: %v, want %v", weak, got, want)
		}
	}
	if got := dependencies(some, []bool{true, true, true, true}, 100, 0.9, 1); !slices.Equal(got, []int{0, 1, 2, 3}) {
		t.Errorf("who can be predicted depends on nobody weakly: %v", got)
	}
	if got := information(1, 1, 2, 100); math.Abs(got-math.Log(50)) > 1e-12 {
		t.Errorf("information %v, want ln 50", got)
	}
}

// Of idle times that nobody knows an application stays for the range, 20 minutes. f0 is
// invoked at 30 min, 1800 s, and f1 is to stay until 3000 s; when f0 ends, at 1803, both are
// to stay for 20 minutes from then on.
func TestDefuseStaysFromTheEndOn(t *testing.T) {
	_, spans := replayed(t, `{ name = "defuse", train = "10m", sets = "app", range = "20m" }`, 60, []float64{30}, nil)
	if diff := cmp.Diff([]string{"f0 1800-3003", "f1 1800-3003"}, spans); diff != "" {
		t.Errorf("instances (-want +got):\n%s", diff)
	}
}
