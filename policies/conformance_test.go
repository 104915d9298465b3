package policies

import (
	"fmt"
	"maps"
	"math"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/coldcurve/coldcurve/internal/spec"
	"github.com/coldcurve/coldcurve/sim"
	"github.com/coldcurve/coldcurve/sim/simtest"
)

// kind is one of the registries, with its look-up by name.
type kind struct {
	name    string
	entries []Entry
	find    func(*spec.Node) (any, error)
}

func kinds() []kind {
	return []kind{
		{"keep-alive", withScripts("keep-alive", KeepAlives()), func(n *spec.Node) (any, error) { return KeepAlive(n) }},
		{"prewarm", withScripts("prewarm", Prewarms()), func(n *spec.Node) (any, error) { return Prewarm(n) }},
		{"scaling", withScripts("scaling", Scalings()), func(n *spec.Node) (any, error) { return Scaling(n) }},
		{"routing", withScripts("routing", Routings()), func(n *spec.Node) (any, error) { return Routing(n) }},
		{"eviction", withScripts("eviction", Evictions()), func(n *spec.Node) (any, error) { return Eviction(n) }},
		{"placement", withScripts("placement", Placements()), func(n *spec.Node) (any, error) { return Placement(n) }},
		{"pool", withScripts("pool", Pools()), func(n *spec.Node) (any, error) { return Pool(n) }},
	}
}

// needed are the parameters of the entry's example.
func needed(t testing.TB, e Entry) map[string]any {
	t.Helper()
	params := map[string]any{}
	example := table(t, "{ "+e.Example+" }")
	for _, key := range example.Keys() {
		if params[key] = example.Get(key).Value(); params[key] == nil {
			params[key] = example.Get(key) // an array or a table
		}
	}
	return params
}

// briefly are the same, with half an hour of training in place of days.
func briefly(t testing.TB, e Entry) map[string]any {
	params := needed(t, e)
	for _, p := range e.Params {
		switch p.Name {
		case "train":
			params[p.Name] = "30m"
		case "validate":
			params[p.Name] = "10m"
		}
	}
	return params
}

// node is the table of an entry with some parameters.
func node(name string, params map[string]any) *spec.Node {
	if strings.HasSuffix(name, ".star") {
		return spec.FromValue("x.toml", 3, scriptTable(name, params))
	}
	all := map[string]any{"name": name, "label": "ignored"}
	maps.Copy(all, params)
	return spec.FromValue("x.toml", 3, all)
}

// config is a run of an entry on a workload, with the other policies at their defaults.
func config(t testing.TB, k kind, e Entry, params map[string]any, w sim.Workload, dispatch sim.Dispatch) sim.Config {
	t.Helper()
	p, err := k.find(node(e.Name, params))
	if err != nil {
		t.Fatal(err)
	}
	c := sim.Config{
		Workload: w, Window: sim.Window{Horizon: 4 * sim.Hour}, Key: sim.RunKey{Seed: 3},
		Platforms: []sim.Platform{{KeepAlive: Fixed{Window: 60e9}, Scaling: PerRequest{}, Dispatch: dispatch}},
	}
	switch p := p.(type) {
	case sim.KeepAliveFactory:
		c.Platforms[0].KeepAlive = p
	case sim.PrewarmFactory:
		c.Platforms[0].Prewarm = p
	case sim.SharedPoolFactory:
		c.Platforms[0].Pool = p
	case sim.ScalingFactory:
		c.Platforms[0].Scaling = p
		c.Platforms[0].Limit.Over = sim.QueueOver // for those that look before they start
	case sim.RoutingFactory:
		c.Platforms[0].Routing = p
	case sim.EvictionFactory:
		c.Platforms[0].Cluster = fewNodes(FirstFit{}, p)
	case sim.PlacementFactory:
		c.Platforms[0].Cluster = fewNodes(p, LRU{})
		if c.Platforms[0].Cluster.Balances() {
			c.Platforms[0].Dispatch = sim.BoundDispatch // each is bound to an instance of its node
			c.Platforms[0].Limit.Over = sim.QueueOver
		}
	}
	return c
}

// fewNodes has room for three instances of 2 GiB, on two nodes.
func fewNodes(p sim.PlacementFactory, e sim.EvictionFactory) *sim.Cluster {
	return &sim.Cluster{Nodes: []sim.Node{{Memory: 5120}, {Memory: 3072}}, Placement: p, Eviction: e}
}

// each runs a test for every entry of every registry.
func each(t *testing.T, f func(t *testing.T, k kind, e Entry)) {
	for _, k := range kinds() {
		for _, e := range k.entries {
			t.Run(k.name+"/"+e.Name, func(t *testing.T) { f(t, k, e) })
		}
	}
}

// someLoad draws arrivals of two functions of one app within two hours.
func someLoad(t *rapid.T) *simtest.Load {
	times := rapid.SliceOfN(rapid.Map(rapid.IntRange(0, 7200*4), func(n int) float64 { return float64(n) / 4 }), 0, 40)
	arrivals := [][]float64{times.Draw(t, "f0"), times.Draw(t, "f1")}
	for _, a := range arrivals {
		slices.Sort(a)
	}
	return newLoad(arrivals...)
}

func TestEntries(t *testing.T) {
	for _, k := range kinds() {
		for i := 1; i < len(k.entries); i++ {
			if k.entries[i-1].Name >= k.entries[i].Name {
				t.Errorf("the %s policies %q and %q are listed so, want each name once, sorted", k.name, k.entries[i-1].Name, k.entries[i].Name)
			}
		}
	}
	controls := []Control{Tenant, Provider, Operator, Bound}
	each(t, func(t *testing.T, k kind, e Entry) {
		if e.Help == "" || e.Source == "" || !slices.Contains(controls, e.Control) {
			t.Errorf("%+v: want help, source and a control of %q", e, controls)
		}
		for _, p := range e.Params {
			if p.Help == "" {
				t.Errorf("the parameter %s has no help", p.Name)
			}
		}
		if bound := strings.HasPrefix(e.Name, "offline-"); bound != e.Bound() || bound && !strings.HasPrefix(e.Help, "bound, not a policy") {
			t.Errorf("%s: a bound is named offline-…, has the control bound, and its help says so", e.Name)
		}
		for _, p := range e.Params {
			if p.Required && needed(t, e)[p.Name] == nil {
				t.Errorf("the parameter %s is required: the entry's Example must give it", p.Name)
			}
		}
		if _, err := k.find(node(e.Name, needed(t, e))); err != nil {
			t.Errorf("the example { %s }: %v", e.Example, err)
		}
		made := 0
		for _, set := range []bool{e.NewKeepAlive != nil, e.NewPrewarm != nil, e.NewPool != nil, e.NewScaling != nil, e.NewRouting != nil, e.NewEviction != nil, e.NewPlacement != nil} {
			if set {
				made++
			}
		}
		if made != 1 {
			t.Errorf("%d constructors, want 1", made)
		}
	})
}

// TestDefaults: writing every default out gives the same policy as leaving it out.
func TestDefaults(t *testing.T) {
	each(t, func(t *testing.T, k kind, e Entry) {
		if strings.HasSuffix(e.Name, ".star") {
			return // what it declares is no entry of the registry
		}
		implicit, err := k.find(node(e.Name, needed(t, e)))
		if err != nil {
			t.Fatal(err)
		}
		written := []string{"name = " + fmt.Sprintf("%q", e.Name)}
		given := needed(t, e)
		for _, p := range e.Params {
			switch v, ok := given[p.Name]; {
			case ok:
				written = append(written, p.Name+" = "+spec.FromValue("", 0, v).String())
			case p.Default == "":
			case p.Type == "number" || p.Type == "integer" || p.Type == "boolean":
				written = append(written, p.Name+" = "+p.Default)
			default:
				written = append(written, p.Name+" = "+fmt.Sprintf("%q", p.Default))
			}
		}
		explicit, err := k.find(table(t, "{ "+strings.Join(written, ", ")+" }"))
		if err != nil {
			t.Fatal(err)
		}
		if !reflect.DeepEqual(implicit, explicit) {
			t.Errorf("defaults give %+v, written out %+v", implicit, explicit)
		}
	})
}

// TestUnknownParameters: every entry refuses a key that it does not know.
func TestUnknownParameters(t *testing.T) {
	each(t, func(t *testing.T, k kind, e Entry) {
		params := map[string]any{"nonsense": 1}
		maps.Copy(params, needed(t, e))
		_, err := k.find(node(e.Name, params))
		if err == nil || !strings.HasPrefix(err.Error(), `x.toml:3: unknown key "nonsense"`) {
			t.Errorf("got %v, want file, line and the unknown key", err)
		}
	})
}

// TestDeterminism: the same run twice, and on three workers, leaves the same
// records.
func TestDeterminism(t *testing.T) {
	each(t, func(t *testing.T, k kind, e Entry) {
		rapid.Check(t, func(rt *rapid.T) {
			c := config(t, k, e, briefly(t, e), someLoad(rt), sim.QueueDispatch)
			first := run(t, c)
			c.Pool = sim.NewPool(3)
			if diff := cmp.Diff(first, run(t, c)); diff != "" {
				rt.Fatalf("another run differs:\n%s", diff)
			}
		})
	})
}

// TestCausality: what happens before a time does not depend on what arrives
// after it. Bounds are exempt: they know the future.
func TestCausality(t *testing.T) {
	each(t, func(t *testing.T, k kind, e Entry) {
		if e.Bound() {
			return
		}
		rapid.Check(t, func(rt *rapid.T) {
			whole := someLoad(rt)
			cut := seconds(float64(rapid.IntRange(0, 7200).Draw(rt, "cut")))
			past := &simtest.Load{}
			for f, requests := range whole.Invocations {
				n, _ := slices.BinarySearchFunc(requests, cut, func(r sim.Invocation, t sim.Time) int { return int(min(1, max(-1, r.Arrival-t))) })
				past.Add(whole.Functions()[f], requests[:n])
			}
			a := config(t, k, e, briefly(t, e), whole, sim.QueueDispatch)
			b := config(t, k, e, briefly(t, e), past, sim.QueueDispatch)
			if diff := cmp.Diff(before(run(t, a), cut), before(run(t, b), cut)); diff != "" {
				rt.Fatalf("the past of %d ns depends on the future:\n%s", cut, diff)
			}
		})
	})
}

// before lists what a tape shows of the time before t.
func before(all *tape, t sim.Time) []string {
	var seen []string
	for _, o := range all.Requests {
		if o.End < t {
			seen = append(seen, fmt.Sprintf("request %+v", o))
		}
	}
	for _, l := range all.Lives {
		if l.Created >= t {
			continue
		}
		if l.Stopped >= t { // how it ends is not known yet
			seen = append(seen, fmt.Sprintf("instance of f%d from %d", l.Deployment, l.Created))
			continue
		}
		seen = append(seen, fmt.Sprintf("instance %+v", l))
	}
	slices.Sort(seen)
	return seen
}

// watched checks each decision of a keep-alive policy.
type watched struct {
	sim.KeepAliveFactory
	t *rapid.T
}

func (w watched) New(g sim.Group) sim.KeepAlive {
	p := w.KeepAliveFactory.New(g)
	if planning, ok := p.(sim.PlanningKeepAlive); ok {
		return watchedPlanning{planning, watchedPolicy{p, w.t}}
	}
	if s, ok := p.(sharing); ok {
		return watchedPool{s, watchedPolicy{p, w.t}}
	}
	if l, ok := p.(sim.ArrivalListener); ok {
		return struct {
			sim.KeepAlive
			sim.ArrivalListener
		}{watchedPolicy{p, w.t}, l}
	}
	return watchedPolicy{p, w.t}
}

// sharing is a keep-alive policy that is a pool with all that it may be.
type sharing interface {
	sim.SharedPool
	sim.PoolTimer
	sim.ArrivalListener
}

type watchedPool struct {
	sharing
	watched watchedPolicy
}

func (w watchedPool) Idle(v sim.View, in sim.Instance, now sim.Time) sim.Decision {
	return w.watched.Idle(v, in, now)
}

type watchedPolicy struct {
	sim.KeepAlive
	t *rapid.T
}

func (w watchedPolicy) Idle(v sim.View, in sim.Instance, now sim.Time) sim.Decision {
	d := w.KeepAlive.Idle(v, in, now)
	if d.Until != sim.StopNow && d.Until < now {
		w.t.Fatalf("at %d keeps until %d", now, d.Until)
	}
	if d.PrewarmFrom != 0 && (d.PrewarmFrom < now || d.PrewarmUntil < d.PrewarmFrom) {
		w.t.Fatalf("at %d starts at %d until %d", now, d.PrewarmFrom, d.PrewarmUntil)
	}
	return d
}

// watchedPlanning checks what a policy wants to stand by, too.
type watchedPlanning struct {
	sim.PlanningKeepAlive
	watched watchedPolicy
}

func (w watchedPlanning) Idle(v sim.View, in sim.Instance, now sim.Time) sim.Decision {
	return w.watched.Idle(v, in, now)
}

func (w watchedPlanning) StandBy(v sim.View, now sim.Time, wanted []sim.Standby) []sim.Standby {
	wanted = w.PlanningKeepAlive.StandBy(v, now, wanted)
	for _, s := range wanted {
		if s.Until <= now || s.Instances < 1 {
			w.watched.t.Fatalf("at %d wants %d to stand by until %d", now, s.Instances, s.Until)
		}
	}
	return wanted
}

// TestWindows: whatever parameters an entry accepts, no window is negative,
// and no run fails. Parameters that make no sense are refused, never a panic.
func TestWindows(t *testing.T) {
	each(t, func(t *testing.T, k kind, e Entry) {
		if len(e.Params) == 0 {
			return
		}
		rapid.Check(t, func(rt *rapid.T) {
			params := briefly(t, e)
			for _, p := range e.Params {
				if rapid.Bool().Draw(rt, "give "+p.Name) {
					params[p.Name] = draw(rt, p)
				}
			}
			if params["count"] == 1000000 || params["min"] == 1000000 {
				return // too much to simulate
			}
			if _, err := k.find(node(e.Name, params)); err != nil {
				if !strings.HasPrefix(err.Error(), "x.toml:3: ") {
					rt.Fatalf("an error without its place: %v", err)
				}
				return
			}
			c := config(t, k, e, params, someLoad(rt), sim.BoundDispatch)
			if !e.Bound() {
				c.Platforms[0].KeepAlive = watched{c.Platforms[0].KeepAlive, rt}
			}
			run(t, c)
		})
	})
}

// draw returns a value for a parameter, sensible or not.
func draw(t *rapid.T, p spec.Param) any {
	switch p.Type {
	case "duration":
		return rapid.SampledFrom([]string{"0s", "1ns", "1s", "10s", "10m", "4h", "400h", "106751d"}).Draw(t, p.Name)
	case "number":
		return rapid.SampledFrom([]float64{0, -1, 1e-300, 0.02, 0.5, 1, 3.6, 99, 100, 101, 1e300}).Draw(t, p.Name)
	case "integer":
		return rapid.SampledFrom([]int{-1, 0, 1, 3, 1000000, 1000001}).Draw(t, p.Name)
	case "boolean":
		return rapid.Bool().Draw(t, p.Name)
	}
	if p.Name == "runtime" { // one that no function has is refused by the run
		return ""
	}
	return rapid.SampledFrom([]string{"", "paper", "dslab", "x"}).Draw(t, p.Name)
}

// TestJustAllowed: the last value on the right side of each limit is taken.
func TestJustAllowed(t *testing.T) {
	for _, src := range []string{
		`{ name = "hybrid-histogram", range = "2m" }`,                          // two bins
		`{ name = "hybrid-histogram", range = "100s", bin = "1ms", head = 0 }`, // 100,000
		`{ name = "hybrid-histogram", cv_threshold = 0 }`,
		`{ name = "hybrid-histogram", head = 0, tail = 100 }`,
		`{ name = "hybrid-histogram", head = 100, tail = 100 }`,
		`{ name = "hybrid-histogram", head = 50, tail = 50 }`,
		`{ name = "hybrid-histogram", oob_threshold = 0, margin = 0, arima_margin = 0 }`,
		`{ name = "hybrid-histogram", oob_threshold = 1, margin = 1, arima_margin = 1 }`,
		`{ name = "break-even", holding = 1e-9, cold_start = 0 }`,
		`{ name = "break-even", holding = 1000000, standing = 1000000, cold_start = 1000000 }`,
		`{ name = "offline-keepalive", holding = 1, cold_start = 0 }`,
	} {
		if _, err := KeepAlive(table(t, src)); err != nil {
			t.Errorf("%s: %v", src, err)
		}
	}
	for _, src := range []string{
		`{ name = "provisioned", count = 0 }`,
		`{ name = "provisioned", count = 1000000 }`,
		`{ name = "ping", every = "1000s", count = 1000000 }`,
		`{ name = "ping", every = "1ms" }`,
	} {
		if _, err := Prewarm(table(t, src)); err != nil {
			t.Errorf("%s: %v", src, err)
		}
	}
}

// TestScopes: what one object of a policy sees. The hybrid histogram is the
// paper's, of an application, as are those that find what its functions have to do with each other; the others are of a deployment.
func TestScopes(t *testing.T) {
	want := map[string]sim.Scope{
		"break-even": sim.ScopeDeployment, "defuse": sim.ScopeApp, "icebreaker": sim.ScopeDeployment, "spes": sim.ScopeApp, "fixed": sim.ScopeDeployment, "forever": sim.ScopeDeployment, "hybrid-histogram": sim.ScopeApp,
		"none": sim.ScopeDeployment, "offline-keepalive": sim.ScopeDeployment, "offline-prewarm": sim.ScopeDeployment,
		"rainbowcake": sim.ScopeAccount,
	}
	for _, e := range KeepAlives() {
		if scope, shipped := want[e.Name]; shipped && e.Scope != scope {
			t.Errorf("%s: the scope is %s, want %s", e.Name, e.Scope, scope)
		}
	}
}

// TestPools: a factory says that its policies are pools where they are.
func TestPools(t *testing.T) {
	group := sim.Group{Functions: []uint32{0}, All: []sim.Function{{Name: "f", Memory: 128}}, Memory: 128}
	pools := 0
	for _, e := range KeepAlives() {
		factory, err := KeepAlive(table(t, fmt.Sprintf("{ name = %q%s }", e.Name, strings.TrimSuffix(", "+e.Example, ", "))))
		if err != nil {
			t.Fatal(err)
		}
		_, says := factory.(sim.PoolingFactory)
		if _, is := factory.New(group).(sim.SharedPool); is != says {
			t.Errorf("%s is a pool: %t, and its factory says %t", e.Name, is, says)
		} else if is {
			pools++
		}
	}
	if pools == 0 {
		t.Error("there is no pool")
	}
}

// TestNanoseconds rounds to the nearest, and knows the end of time.
func TestNanoseconds(t *testing.T) {
	for _, c := range []struct {
		x    float64
		want sim.Time
	}{{-1, 0}, {0, 0}, {0.4, 0}, {0.5, 1}, {1.5, 2}, {1e9, sim.Second}, {1 << 61, 1 << 61}, {1<<62 - 1024, 1<<62 - 1024},
		{1 << 62, sim.Never}, {math.Inf(1), sim.Never}, {math.NaN(), sim.Never}} {
		if got := nanoseconds(c.x); got != c.want {
			t.Errorf("%v ns are %d, want %d", c.x, got, c.want)
		}
	}
}

// known are the names of entries, as a message has them.
func known(entries []Entry) string {
	var names []string
	for _, e := range entries {
		names = append(names, e.Name)
	}
	return strings.Join(names, ", ")
}

// TestErrors has the exact message of each.
func TestErrors(t *testing.T) {
	keepAlive := func(n *spec.Node) error { _, err := KeepAlive(n); return err }
	prewarm := func(n *spec.Node) error { _, err := Prewarm(n); return err }
	scaling := func(n *spec.Node) error { _, err := Scaling(n); return err }
	for _, test := range []struct {
		find      func(*spec.Node) error
		src, want string
	}{
		{keepAlive, `{ name = "fixd" }`, `x.toml:1: policy.name: unknown keep-alive policy "fixd"; did you mean "fixed"?`},
		{keepAlive, `{ name = "lru" }`, `x.toml:1: policy.name: unknown keep-alive policy "lru"; known: ` + known(KeepAlives())},
		{prewarm, `{ name = "fixed" }`, `x.toml:1: policy.name: unknown prewarm policy "fixed"; known: ` + known(Prewarms())},
		{scaling, `{ name = "per_requests" }`, `x.toml:1: policy.name: unknown scaling policy "per_requests"; did you mean "per-request"?`},
		{keepAlive, `{ window = "10m" }`, `x.toml:1: policy: missing key "name"`},
		{keepAlive, `{ name = 3 }`, `x.toml:1: policy.name: found the integer 3, want a string`},
		{keepAlive, `"fixed"`, `x.toml:1: policy: found "fixed", want a table such as { name = "fixed" }`},
		{keepAlive, `{ name = "fixed", windw = "1m" }`, `x.toml:1: unknown key "windw"; did you mean "window"?`},
		{keepAlive, `{ name = "none", window = "1m" }`, `x.toml:1: unknown key "window"; none is expected here`},
		{keepAlive, `{ name = "fixed", window = 600 }`, `x.toml:1: policy.window: found the integer 600, want a duration such as "250ms", "10m" or "1h30m"`},
		{keepAlive, `{ name = "spes", train = "90s" }`, `x.toml:1: policy.train: found "1m30s", want whole minutes, 2m to 366d`},
		{keepAlive, `{ name = "spes", train = "2h" }`, `x.toml:1: policy: found "3d", want whole minutes, 1m or more, that are less than train, "2h"`},
		{keepAlive, `{ name = "spes", dense = "2h" }`, `x.toml:1: policy.dense: found "2h", want whole minutes, 1m to 1h`},
		{keepAlive, `{ name = "defuse", support = 0 }`, `x.toml:1: policy.support: found 0, want above 0, at most 1`},
		{keepAlive, `{ name = "defuse", weak = -1 }`, `x.toml:1: policy.weak: found -1, want 0 to 1000 functions`},
		{keepAlive, `{ name = "defuse", sets = "apps" }`, `x.toml:1: policy.sets: found "apps", want "mined", "app" or "function"`},
		{keepAlive, `{ name = "icebreaker", at = -1 }`, `x.toml:1: policy.at: found -1, want ≥ 0`},
		{keepAlive, `{ name = "break-even", holding = 1 }`, `x.toml:1: policy: missing key "cold_start"`},
		{keepAlive, `{ name = "break-even", holding = 0, cold_start = 1 }`, `x.toml:1: policy.holding: found 0, want a price above 0, at most 1000000, in USD per GiB·h`},
		{keepAlive, `{ name = "break-even", holding = 1000001, cold_start = 1 }`, `x.toml:1: policy.holding: found 1.000001e+06, want a price above 0, at most 1000000, in USD per GiB·h`},
		{keepAlive, `{ name = "offline-keepalive", holding = 1, standing = 1e300, cold_start = 1 }`, `x.toml:1: policy.standing: found 1e+300, want a price of 0 to 1000000, in USD per hour`},
		{keepAlive, `{ name = "offline-keepalive", holding = 1, cold_start = 1e308 }`, `x.toml:1: policy.cold_start: found 1e+308, want a price of 0 to 1000000, in USD`},
		{keepAlive, `{ name = "break-even", holding = 1, cold_start = -1 }`, `x.toml:1: policy.cold_start: found -1, want a price of 0 to 1000000, in USD`},
		{keepAlive, `{ name = "break-even", holding = nan, cold_start = 1 }`, `x.toml:1: policy.holding: found the number nan, want a finite number`},
		{keepAlive, `{ name = "offline-keepalive" }`, `x.toml:1: policy: want "window", or both "holding" and "cold_start"`},
		{keepAlive, `{ name = "offline-keepalive", holding = 1 }`, `x.toml:1: policy: want "window", or both "holding" and "cold_start"`},
		{keepAlive, `{ name = "offline-keepalive", window = "1m", holding = 1 }`, `x.toml:1: policy: found "window" with "holding", "standing" or "cold_start", want the window or both prices`},
		{keepAlive, `{ name = "hybrid-histogram", bin = "0s" }`, `x.toml:1: policy.bin: found "0s", want a duration > 0`},
		{keepAlive, `{ name = "hybrid-histogram", bin = "7m" }`, `x.toml:1: policy: found the range "4h", want at least two whole bins of 7m`},
		{keepAlive, `{ name = "hybrid-histogram", range = "1m" }`, `x.toml:1: policy.range: found the range "1m", want at least two whole bins of 1m`},
		{keepAlive, `{ name = "hybrid-histogram", bin = "1ms" }`, `x.toml:1: policy: found the range "4h", which is more than 100000 bins of 1ms`},
		{keepAlive, `{ name = "hybrid-histogram", tail = 4 }`, `x.toml:1: policy.tail: found 4, want a percentile from head (5) to 100`},
		{keepAlive, `{ name = "hybrid-histogram", head = -1 }`, `x.toml:1: policy.head: found -1, want a percentile from 0 to 100`},
		{keepAlive, `{ name = "hybrid-histogram", tail = 101 }`, `x.toml:1: policy.tail: found 101, want a percentile from head (5) to 100`},
		{keepAlive, `{ name = "hybrid-histogram", oob_threshold = -0.1 }`, `x.toml:1: policy.oob_threshold: found -0.1, want a ratio from 0 to 1`},
		{keepAlive, `{ name = "hybrid-histogram", head = 101 }`, `x.toml:1: policy.head: found 101, want a percentile from 0 to 100`},
		{keepAlive, `{ name = "hybrid-histogram", margin = 10 }`, `x.toml:1: policy.margin: found 10, want a ratio from 0 to 1`},
		{keepAlive, `{ name = "hybrid-histogram", cv_threshold = -1 }`, `x.toml:1: policy.cv_threshold: found -1, want ≥ 0`},
		{keepAlive, `{ name = "hybrid-histogram", reading = "mine" }`, `x.toml:1: policy.reading: found "mine", want "paper" or "dslab"`},
		{prewarm, `{ name = "provisioned", count = -1 }`, `x.toml:1: policy.count: found -1, want 0 to 1000000 instances`},
		{prewarm, `{ name = "provisioned", count = 1000001 }`, `x.toml:1: policy.count: found 1000001, want 0 to 1000000 instances`},
		{prewarm, `{ name = "ping", count = 1000001 }`, `x.toml:1: policy.count: found 1000001, want 1 to 1000000 pings`},
		{prewarm, `{ name = "ping", every = "0s" }`, `x.toml:1: policy.every: found 0s, want 1ms or more`},
		{prewarm, `{ name = "ping", every = "1ns" }`, `x.toml:1: policy.every: found 1ns, want 1ms or more`},
		{prewarm, `{ name = "ping", every = "1s", count = 1001 }`, `x.toml:1: policy.count: found 1001 and 1s between two of its times, want 1000 pings a second at most`},
		{prewarm, `{ name = "ping", every = "1ms", count = 2 }`, `x.toml:1: policy.count: found 2 and 1ms between two of its times, want 1000 pings a second at most`},
		{prewarm, `{ name = "ping", count = 0 }`, `x.toml:1: policy.count: found 0, want 1 to 1000000 pings`},
	} {
		if err := test.find(table(t, test.src)); err == nil || err.Error() != test.want {
			t.Errorf("%s:\n got %v\nwant %s", test.src, err, test.want)
		}
	}
	if err := keepAlive(nil); err == nil || err.Error() != "no keep-alive policy is given" {
		t.Errorf("of nothing: %v", err)
	}
}
