package workloads

import (
	"io"
	"math"
	"slices"
	"testing"

	"github.com/coldcurve/coldcurve/internal/spec"
	"github.com/coldcurve/coldcurve/sim"
	"gonum.org/v1/gonum/stat/distuv"
	"pgregory.net/rapid"
)

// readFunctions reads the [[function]] tables of a TOML text.
func readFunctions(tb testing.TB, text string) []FunctionSpec {
	tb.Helper()
	functions, err := parseFunctions(text)
	if err != nil {
		tb.Fatal(err)
	}
	return functions
}

func parseFunctions(text string) ([]FunctionSpec, error) {
	n, err := spec.Parse("w.toml", []byte(text))
	if err != nil {
		return nil, err
	}
	var into struct {
		Function []FunctionSpec `toml:"function"`
	}
	err = n.Decode(&into)
	return into.Function, err
}

// drain reads a source to its end, in batches of a size.
func drain(tb testing.TB, s sim.Source, size int) []sim.Invocation {
	tb.Helper()
	var all []sim.Invocation
	buf := make([]sim.Invocation, size)
	for {
		n, err := s.Next(buf)
		if err == io.EOF {
			if n != 0 {
				tb.Fatalf("io.EOF with n = %d", n)
			}
			return all
		}
		if err != nil {
			tb.Fatal(err)
		}
		all = append(all, buf[:n]...)
	}
}

func open(tb testing.TB, w *Synthetic, key sim.RunKey, set ...uint32) sim.Source {
	tb.Helper()
	s, err := w.Open(key, set)
	if err != nil {
		tb.Fatal(err)
	}
	return s
}

// mixed is a workload with each arrival process and several kinds of service.
const mixed = `
[[function]]
name = "poisson"
arrivals = { process = "poisson", rate = "5/s" }
service = { dist = "exponential", mean = "1.991s" }
[[function]]
name = "periodic"
arrivals = { process = "periodic", every = "1s", offset = "random", jitter = "100ms" }
service = "120ms"
[[function]]
name = "gamma"
app = "renewal"
arrivals = { process = "gamma", rate = "3/s", cv = 2 }
service = { dist = "lognormal", median = "140ms", sigma = 0.3 }
[[function]]
name = "weibull"
app = "renewal"
arrivals = { process = "weibull", rate = "200/m", cv = 0.5 }
service = { dist = "gamma", mean = "1s", cv = 0.5 }
[[function]]
name = "mmpp"
arrivals = { process = "mmpp", states = [{ rate = "10/s", sojourn = "5s" }, { rate = "0/s", sojourn = "10s" }] }
service = { dist = "weibull", mean = "1s", cv = 2 }
[[function]]
name = "diurnal"
count = 5
popularity = { zipf = 1 }
arrivals = { process = "diurnal", rate = "10/s", amplitude = 0.5, period = "1h" }
service = { dist = "empirical", probabilities = [0, 0.5, 1], values = ["1ms", "10ms", "1s"] }
`

func mixedWorkload(tb testing.TB) *Synthetic {
	return must(New(readFunctions(tb, mixed), 2*sim.Minute))
}

// TestFunctions: what the kernel is told.
func TestFunctions(t *testing.T) {
	w := must(New(readFunctions(t, `
		[[function]]
		name     = "classify"
		memory   = "512MB"
		arrivals = { process = "poisson", rate = "0.9/s" }
		service  = { dist = "exponential", mean = "1.991s" }
		init     = { runtime = "80ms", image = { size = "250MB", bandwidth = "200MB/s" }, sandbox = "120ms" }
		timeout  = "15m"
		[[function]]
		name         = "embed"
		app          = "search"
		arrivals     = { process = "periodic", every = "10s" }
		service      = "1s"
		cold_service = { dist = "exponential", mean = "2.244s" }
		[[function]]
		name       = "tail"
		count      = 3
		popularity = { zipf = 1 }
		arrivals   = { process = "poisson", rate = "11/s" }
		service    = "1s"`), 1000*sim.Second))
	f := w.Functions()
	var names []string
	for i := range f {
		names = append(names, f[i].ID())
	}
	if want := []string{"classify", "search/embed", "tail-0001", "tail-0002", "tail-0003"}; !slices.Equal(names, want) {
		t.Errorf("functions %q, want %q", names, want)
	}
	if f[0].Memory != 512 || f[0].Timeout != 15*sim.Minute || f[0].Cold != nil {
		t.Errorf("classify is %+v", f[0])
	}
	// The phases come in their own order; 250 MB at 200 MB/s take 1.25 s.
	var phases []sim.Time
	for _, p := range f[0].Init {
		phases = append(phases, sim.Time(p.Phase), p.Duration.Sample(0.5))
	}
	if want := []sim.Time{sim.Time(sim.PhaseSandbox), 120 * sim.Millisecond, sim.Time(sim.PhaseImage), 1250 * sim.Millisecond, sim.Time(sim.PhaseRuntime), 80 * sim.Millisecond}; !slices.Equal(phases, want) {
		t.Errorf("phases %v, want %v", phases, want)
	}
	// The median of an exponential is its mean × log 2.
	if got, want := f[1].Cold.Sample(0.5), sim.Time(math.Round(2.244e9*math.Ln2)); got != want || f[1].Init != nil {
		t.Errorf("cold service at ½ is %d, want %d; init %v", got, want, f[1].Init)
	}
	// 1,000 s at 0.9/s; at 0, 10, …, 990 s; 11,000 shared 6:3:2.
	for i, want := range []float64{900, 100, 6000, 3000, 2000} {
		if math.Abs(f[i].Weight-want) > 1e-9*want {
			t.Errorf("%s: weight %v, want %v", names[i], f[i].Weight, want)
		}
	}
}

// TestNumbering: names are padded to the width of the count.
func TestNumbering(t *testing.T) {
	for _, c := range []struct {
		count       int
		first, last string
	}{
		{1, "f", "f"},
		{2, "f-0001", "f-0002"},
		{9999, "f-0001", "f-9999"},
		{20000, "f-00001", "f-20000"},
	} {
		names := (&FunctionSpec{Name: "f", Count: c.count}).names()
		if len(names) != c.count || names[0] != c.first || names[c.count-1] != c.last {
			t.Errorf("count %d: %s … %s, want %s … %s", c.count, names[0], names[len(names)-1], c.first, c.last)
		}
	}
}

// TestOrder: a source of several functions yields them by (arrival, function,
// ordinal), each invocation in range.
func TestOrder(t *testing.T) {
	w := mixedWorkload(t)
	set := make([]uint32, len(w.Functions()))
	for i := range set {
		set[i] = uint32(i)
	}
	all := drain(t, open(t, w, sim.RunKey{Seed: 1}, set...), 100)
	if len(all) < 2000 {
		t.Fatalf("%d invocations, want about 2,700", len(all))
	}
	for i, v := range all {
		if v.Arrival < 0 || v.Arrival >= w.Horizon() || v.Service < 0 || v.Attr != 0 {
			t.Fatalf("invocation %d is %+v", i, v)
		}
		if i > 0 && (v.Arrival < all[i-1].Arrival || v.Arrival == all[i-1].Arrival && v.Function < all[i-1].Function) {
			t.Fatalf("invocation %d, %+v, comes after %+v", i, v, all[i-1])
		}
	}
}

// TestCommonRandomNumbers: the invocations of a function are the same whatever
// other functions are opened with it, in whatever batches, and whatever other
// functions the workload has.
func TestCommonRandomNumbers(t *testing.T) {
	w := mixedWorkload(t)
	key := sim.RunKey{Seed: 4, Replication: 2}
	n := len(w.Functions())
	alone := make([][]sim.Invocation, n)
	for f := range alone {
		alone[f] = drain(t, open(t, w, key, uint32(f)), 512)
	}
	rapid.Check(t, func(t *rapid.T) {
		var set []uint32
		for f := range n {
			if rapid.Bool().Draw(t, "opened") {
				set = append(set, uint32(f))
			}
		}
		source, err := w.Open(key, set)
		if err != nil {
			t.Fatal(err)
		}
		got := make([][]sim.Invocation, n)
		buf := make([]sim.Invocation, rapid.IntRange(1, 300).Draw(t, "batch"))
		for {
			m, err := source.Next(buf)
			if err != nil {
				break
			}
			for _, v := range buf[:m] {
				got[v.Function] = append(got[v.Function], v)
			}
		}
		for _, f := range set {
			if !slices.Equal(got[f], alone[f]) {
				t.Fatalf("function %d has other invocations in the set %v", f, set)
			}
		}
	})

	fewer := must(New(readFunctions(t, mixed)[3:4], w.Horizon())) // only "weibull"
	got := drain(t, open(t, fewer, key, 0), 512)
	for i := range got {
		got[i].Function = 3
	}
	if !slices.Equal(got, alone[3]) {
		t.Error("a function draws other numbers in a workload without the others")
	}
}

// TestServiceIsKeyedByOrdinal: the service of ordinal k is the quantile of
// uniform k of the purpose service, as the kernel takes it for a cold one.
func TestServiceIsKeyedByOrdinal(t *testing.T) {
	w := mixedWorkload(t)
	key := sim.RunKey{Seed: 9}
	f := &w.Functions()[0]
	uniforms := sim.NewStream(key, sim.PurposeService, f.Key())
	for k, v := range drain(t, open(t, w, key, 0), 33) {
		// −mean·log(1−u), within a nanosecond of math.Log1p's
		want := -1.991e9 * math.Log1p(-uniforms.Uniform(uint64(k)))
		if math.Abs(float64(v.Service)-want) > 1 {
			t.Fatalf("service %d is %d ns, want %v", k, v.Service, want)
		}
	}
}

// TestReplicationsDiffer, and a replication repeats itself.
func TestReplicationsDiffer(t *testing.T) {
	w := mixedWorkload(t)
	for f := range w.Functions() {
		a := drain(t, open(t, w, sim.RunKey{Seed: 1}, uint32(f)), 64)
		again := drain(t, open(t, w, sim.RunKey{Seed: 1}, uint32(f)), 64)
		b := drain(t, open(t, w, sim.RunKey{Seed: 1, Replication: 1}, uint32(f)), 64)
		if !slices.Equal(a, again) {
			t.Errorf("function %d: the same key gives other invocations", f)
		}
		if slices.Equal(a, b) {
			t.Errorf("function %d: another replication gives the same invocations", f)
		}
	}
}

// TestZipf works shares by hand: for s = 1 and three functions 1 : ½ : ⅓ =
// 6/11 : 3/11 : 2/11; for s = 0 equal; for s = 2 and two 4/5 : 1/5.
func TestZipf(t *testing.T) {
	for _, c := range []struct {
		s    float64
		want []float64
	}{
		{1, []float64{6.0 / 11, 3.0 / 11, 2.0 / 11}},
		{0, []float64{0.25, 0.25, 0.25, 0.25}},
		{2, []float64{0.8, 0.2}},
		{10, []float64{1}},
	} {
		for i, got := range Zipf(len(c.want), c.s) {
			if math.Abs(got-c.want[i]) > 1e-15 {
				t.Errorf("s = %v: share %d is %v, want %v", c.s, i+1, got, c.want[i])
			}
		}
	}
}

// TestPopularityCounts is a chi-square test at 0.1 % of the invocations of 100
// functions against their Zipf shares of 36,000.
func TestPopularityCounts(t *testing.T) {
	const functions, total = 100, 36_000.0
	w := must(New([]FunctionSpec{{
		Name: "f", Count: functions, Popularity: &Popularity{1.1},
		Arrivals: ArrivalProcess{must(NewPoisson(10))}, Service: Distribution{must(NewConstant(1))},
	}}, sim.Hour))
	harmonic, chi2 := 0.0, 0.0
	for i := 1; i <= functions; i++ {
		harmonic += math.Pow(float64(i), -1.1)
	}
	for f := range functions {
		want := total * math.Pow(float64(f+1), -1.1) / harmonic
		n := float64(len(drain(t, open(t, w, sim.RunKey{Seed: 1}, uint32(f)), 512)))
		chi2 += (n - want) * (n - want) / want
	}
	if limit := (distuv.ChiSquared{K: functions}).Quantile(0.999); chi2 > limit {
		t.Errorf("chi-square %v over %d functions, want ≤ %v", chi2, functions, limit)
	}
}

// TestWithoutPopularity: the rate is that of each function.
func TestWithoutPopularity(t *testing.T) {
	w := must(New(readFunctions(t, `
		[[function]]
		name = "f"
		count = 3
		arrivals = { process = "periodic", rate = "2/s" }
		service = "1ms"`), 10*sim.Second))
	for f := range uint32(3) {
		if n := len(drain(t, open(t, w, sim.RunKey{}, f), 7)); n != 20 || w.Functions()[f].Weight != 20 {
			t.Errorf("function %d: %d invocations, weight %v, want 20", f, n, w.Functions()[f].Weight)
		}
	}
}

// TestOpenNothing: no function, no invocation.
func TestOpenNothing(t *testing.T) {
	if got := drain(t, open(t, mixedWorkload(t), sim.RunKey{}), 8); len(got) != 0 {
		t.Errorf("%d invocations of no function", len(got))
	}
}

// TestOpenRefuses sets that are no sets.
func TestOpenRefuses(t *testing.T) {
	w := mixedWorkload(t)
	for _, c := range []struct {
		set  []uint32
		want string
	}{
		{[]uint32{10}, "opening function 10 of a workload of 10"},
		{[]uint32{2, 1}, "opening function 1 after 2, want them ascending"},
		{[]uint32{1, 1}, "opening function 1 after 1, want them ascending"},
	} {
		if _, err := w.Open(sim.RunKey{}, c.set); err == nil || err.Error() != c.want {
			t.Errorf("%v: error %v, want %s", c.set, err, c.want)
		}
	}
}

// TestNoAllocations: once opened, a source of one function allocates nothing,
// whatever the process and the service.
func TestNoAllocations(t *testing.T) {
	buf := make([]sim.Invocation, 512)
	check := func(name string, p Process, s Sampler) {
		w := must(New([]FunctionSpec{{Name: "f", Arrivals: ArrivalProcess{p}, Service: Distribution{s}}}, 100*sim.Hour))
		source := open(t, w, sim.RunKey{}, 0)
		if n := testing.AllocsPerRun(20, func() { source.Next(buf) }); n != 0 {
			t.Errorf("%s: %v allocations a batch", name, n)
		}
	}
	for _, p := range testProcesses(t, 1000) {
		check(p.name, p.process, must(NewExponential(sim.Second)))
	}
	for _, s := range testDistributions(t) {
		check(s.name, must(NewPoisson(1000)), s.sampler)
	}
}

// TestOpenAllocatesLittle: opening one of many functions makes a source and a
// generator, however many functions there are.
func TestOpenAllocatesLittle(t *testing.T) {
	w := zipfWorkload(t, 20_000)
	set := []uint32{19_999}
	if n := testing.AllocsPerRun(20, func() { w.Open(sim.RunKey{}, set) }); n > 3 {
		t.Errorf("%v allocations to open a function, want ≤ 3", n)
	}
}
