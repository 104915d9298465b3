package sim

import (
	"flag"
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// diff says what two sorted tapes do not have in common.
func (t *tape) diff(o *tape) string {
	if d := cmp.Diff(t.outcomes, o.outcomes); d != "" {
		return "outcomes:\n" + d
	}
	if d := cmp.Diff(t.inits, o.inits); d != "" {
		return "inits:\n" + d
	}
	if d := cmp.Diff(t.nodes, o.nodes); d != "" {
		return "nodes:\n" + d
	}
	if d := cmp.Diff(t.lives, o.lives); d != "" {
		return "lives:\n" + d
	}
	if d := cmp.Diff(t.activities, o.activities); d != "" {
		return "activities:\n" + d
	}
	return ""
}

// Lazy equals eager: the kernel against its twin.
func TestKernelEqualsTwin(t *testing.T) {
	hoped := 0
	oftener(t, 1, func() bool { return hoped > 0 }, func(r *rapid.T) {
		t := drawer{r, 1}
		l := t.load()
		c := Config{Workload: l, Platforms: []Platform{t.platform()}, Window: t.window(), Key: RunKey{Seed: 7}}
		want := runTwin(c, l)
		got, _ := replay(t, c)
		if d := want.diff(got); d != "" {
			t.Fatalf("twin − kernel +: %s", d)
		}
		hoped += want.hoped
	})
}

// oftener checks so many times as many draws as are asked for, and then on until what a
// test is for has been met, however rare that is among few draws; not for ever: what is
// never drawn is tested by nothing.
func oftener(t *testing.T, times int, met func() bool, check func(*rapid.T)) {
	t.Helper()
	seed := flag.Lookup("rapid.seed").Value
	given := seed.(flag.Getter).Get().(uint64)
	defer func() { _ = seed.Set(fmt.Sprint(given)) }()
	for k := 0; k < times || k < 20*times && !met() && !t.Failed(); k++ {
		if given != 0 { // the same draws would be made each time
			_ = seed.Set(fmt.Sprint(given + uint64(k)<<32))
		}
		rapid.Check(t, check)
	}
	if !met() {
		t.Error("what the test is for was never drawn: it tests nothing")
	}
}

// Nodes that are soon full, whatever the policies: against the twin, which looks at all
// of them each time.
func TestClusterEqualsTwin(t *testing.T) {
	evicted, waited, lost, ordered, left := 0, 0, 0, 0, 0
	oftener(t, 10, func() bool { return evicted*waited*lost*ordered*left > 0 }, func(r *rapid.T) {
		t := drawer{r, 1}
		l, p := t.load(), t.platform()
		t.cluster(&p)
		c := Config{Workload: l, Platforms: []Platform{p}, Window: t.window(), Key: RunKey{Seed: 7}}
		want := runTwin(c, l)
		got, _ := replay(t, c)
		if d := want.diff(got); d != "" {
			t.Fatalf("twin − kernel +: %s", d)
		}
		evicted += want.evicted
		lost += want.lost
		ordered += want.ordered
		left += want.left
		for _, o := range got.outcomes {
			if o.Started && o.Start-o.Init > o.Arrival {
				waited++
			}
		}
	})
	t.Logf("%d evicted, %d waited, %d lost, %d nodes ordered, %d left", evicted, waited, lost, ordered, left)
}

// Requests that are sent to nodes, and wait there: against the twin.
func TestBalancedEqualsTwin(t *testing.T) {
	evicted, held, lost, passed := 0, 0, 0, 0
	oftener(t, 10, func() bool { return evicted*held*lost*passed > 0 }, func(r *rapid.T) {
		t := drawer{r, 1}
		l, p := t.load(), t.platform()
		t.cluster(&p)
		t.balance(&p)
		if t.int("all away", 0, 2) == 0 {
			t.allAway(&p)
		}
		c := Config{Workload: l, Platforms: []Platform{p}, Window: t.window(), Key: RunKey{Seed: 7}}
		want := runTwin(c, l)
		got, _ := replay(t, c)
		if d := want.diff(got); d != "" {
			t.Fatalf("twin − kernel +: %s", d)
		}
		evicted += want.evicted
		held += want.held
		lost += want.lost
		passed += want.passed
	})
	t.Logf("%d evicted, %d held others back, %d lost, %d passed by", evicted, held, lost, passed)
}
