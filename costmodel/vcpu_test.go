package costmodel

import (
	"fmt"
	"math/big"
	"strings"
	"testing"

	"github.com/coldcurve/coldcurve/sim"
)

// ownTariff reads good with one thing changed, as a tariff of the user's.
func ownTariff(t testing.TB, old, new string) *Tariff {
	t.Helper()
	c, err := parse(t, strings.Replace(good, old, new, 1))
	if err != nil {
		t.Fatal(err)
	}
	x, err := c.Tariff("own")
	if err != nil {
		t.Fatal(err)
	}
	return x
}

// vcpuOfASecond returns the thousandths of a vCPU that one instance of so much
// memory is billed for a second.
func vcpuOfASecond(t *testing.T, x *Tariff, configured, mib int64) int64 {
	t.Helper()
	m := mustMeter(t, x, MeterConfig{Functions: []sim.Function{{Name: "f", Memory: mib}}, Window: sim.Window{Horizon: sim.Hour}, VCPU: configured})
	m.(sim.LifeObserver).Lives([]sim.Life{{Stopped: sim.Second, Memory: mib}})
	n := m.Usage().Get("instance_cpu")
	q, r := new(big.Int).QuoRem(n, big.NewInt(sec), new(big.Int))
	if r.Sign() != 0 {
		t.Fatalf("%s mvCPU-ns of a second are no whole thousandths", n)
	}
	return q.Int64()
}

// TestVCPUsFollowMemory: Lambda has one vCPU at 1,769 MB, and CPU in proportion
// to memory. The thousandths are memory × 1000 ÷ 1769 by hand, to the nearest,
// a half up.
func TestVCPUsFollowMemory(t *testing.T) {
	per := func(size string) *Tariff {
		return ownTariff(t, `vcpu = { count = "0.5" }, memory = { min = "128MB", step = "64MB" }`, fmt.Sprintf("vcpu = { per = %q }", size))
	}
	lambda, halves := per("1769MB"), per("2000MB")
	for _, x := range []struct {
		tariff    *Tariff
		mib, want int64
	}{
		{lambda, 128, 72},     // 72.36
		{lambda, 512, 289},    // 289.43
		{lambda, 1024, 579},   // 578.86
		{lambda, 1536, 868},   // 868.29
		{lambda, 1769, 1000},  // one
		{lambda, 1770, 1001},  // 1000.57
		{lambda, 3008, 1700},  // 1700.40
		{lambda, 10240, 5789}, // 5788.58
		{halves, 1, 1},        // 0.5
		{halves, 2, 1},        // 1
		{halves, 3, 2},        // 1.5
		{halves, 1000, 500},   // a half vCPU
		{per("4GB"), 4096, 1000},
		{per("4GB"), 8193, 2000}, // 2000.24
	} {
		if got := vcpuOfASecond(t, x.tariff, 0, x.mib); got != x.want {
			t.Errorf("%s: %d MB have %d thousandths of a vCPU, want %d", x.tariff.Text(), x.mib, got, x.want)
		}
	}
	for mib := int64(1); mib <= 10240; mib += 7 { // off by a half at most
		if got := vcpuOfASecond(t, lambda, 0, mib); 2*got*1769 > 2000*mib+1769 || 2*got*1769 <= 2000*mib-1769 {
			t.Errorf("%d MB have %d thousandths of a vCPU", mib, got)
		}
	}
	// What the run says comes first, and without memory in the rule the count.
	if got := vcpuOfASecond(t, lambda, 250, 10240); got != 250 {
		t.Errorf("a quarter of a vCPU was configured, billed are %d thousandths", got)
	}
	if got := vcpuOfASecond(t, ownTariff(t, `"0.5"`, `"0.125"`), 0, 10240); got != 125 {
		t.Errorf("an eighth of a vCPU is the tariff's, billed are %d thousandths", got)
	}
}

// TestProvisionedAllocations: provisioned concurrency is billed from when it is
// enabled until it is disabled, rounded up to 5 minutes. The lives of instances
// are not what is billed: one that takes over at the instant at which another
// stops goes on with its allocation. Minutes by hand, × 1 GB.
func TestProvisionedAllocations(t *testing.T) {
	x := mustTariff(t, "aws-lambda")
	type life struct{ from, to int64 } // minutes
	for _, c := range []struct {
		name  string
		lives []life
		want  int64
	}{
		{"one", []life{{0, 7}}, 10},
		{"taken over at once: 14", []life{{0, 7}, {7, 14}}, 15},
		{"taken over twice: 21", []life{{7, 14}, {14, 21}, {0, 7}}, 25},
		{"a minute in between: 7 and 6", []life{{0, 7}, {8, 14}}, 20},
		{"two at a time: 20 and 14", []life{{0, 7}, {0, 20}, {7, 14}}, 35},
		{"two replaced by two: 12 each", []life{{0, 6}, {0, 6}, {6, 12}, {6, 12}}, 30},
		{"two become one: 12 and 6", []life{{0, 6}, {0, 6}, {6, 12}}, 25},
		{"one becomes two: 12 and 6", []life{{0, 6}, {6, 12}, {6, 12}}, 25},
		{"one within the other: 20 and 3", []life{{0, 20}, {4, 7}}, 25},
		{"one that did not live", []life{{3, 3}, {0, 5}}, 5},
	} {
		m := mustMeter(t, x, MeterConfig{Functions: []sim.Function{{Name: "f", Memory: 1024}}, Window: sim.Window{Horizon: sim.Hour}})
		for _, l := range c.lives {
			m.(sim.LifeObserver).Lives([]sim.Life{{Created: sim.Time(l.from) * sim.Minute, Ready: sim.Time(l.from) * sim.Minute,
				Stopped: sim.Time(l.to) * sim.Minute, Memory: 1024, Flags: sim.Provisioned}})
		}
		if got, want := m.Usage().Get("provisioned_standing"), big.NewInt(c.want*min1*1024); got.Cmp(want) != 0 {
			t.Errorf("%s: %s MiB-ns, want %d minutes of 1 GB", c.name, got, c.want)
		}
	}
}

// TestActiveCPU: an instance of Cloudflare Containers that lives for a minute
// is billed its memory for it, and its CPU for what is active of it, each
// stretch up to 10 ms and cut to the window then.
func TestActiveCPU(t *testing.T) {
	c := MeterConfig{Functions: []sim.Function{{Name: "f", Memory: 1024}}, Window: sim.Window{Warmup: sim.Second, Horizon: sim.Minute}}
	at := func(from, to sim.Time) []sim.Activity {
		return []sim.Activity{{From: from * sim.Millisecond, To: to * sim.Millisecond, Init: 300 * sim.Millisecond, Memory: 1024}}
	}
	m := mustMeter(t, mustTariff(t, "cloudflare-containers"), c).(sim.ActivityObserver)
	m.Activities(at(0, 2003))        // 2,010 ms, of which 1,010 lie in the window
	m.Activities(at(30_000, 30_001)) // 10 ms
	m.Activities(at(59_995, 70_000)) // 10,010 ms, of which 5
	m.(sim.LifeObserver).Lives([]sim.Life{{Stopped: 20*sim.Second + 1, Memory: 1024, Flags: sim.Provisioned}})
	other := mustMeter(t, mustTariff(t, "cloudflare-containers"), c)
	other.(sim.ActivityObserver).Activities(at(40_000, 40_010)) // 10 ms
	m.(Meter).Merge(other)
	u := m.(Meter).Usage()
	for meter, want := range map[string]int64{
		"instance_cpu":    1000 * (1010 + 10 + 5 + 10) * int64(sim.Millisecond),
		"instance_memory": 1024 * 19_010 * int64(sim.Millisecond), // 20.01 s less the first
	} {
		if got := u.Get(meter); got.Int64() != want {
			t.Errorf("%s = %s, want %d", meter, got, want)
		}
	}
	// others are not told of activities, which would cost them the plain path
	if _, told := mustMeter(t, mustTariff(t, "gcp-cloud-run-instance"), c).(sim.ActivityObserver); told {
		t.Error("a rule that bills lives alone is told of activities")
	}
}

// TestClockOfAnInit: where clock and initialisation are both billed, an
// initialisation that belongs to no request is billed its clock too: 400 ms of
// the 800 MHz that go with 512 MB, as of the request's own 100 ms.
func TestClockOfAnInit(t *testing.T) {
	x := clocked(t, `mhz = [400, 800]`)
	c := MeterConfig{Functions: []sim.Function{{Name: "f", Memory: 512}, {Name: "g", Memory: 100}}, Window: sim.Window{Horizon: sim.Hour}, Platform: sim.Platform{Dispatch: sim.QueueDispatch}}
	m := mustMeter(t, x, c)
	l := sim.Life{Ready: 400 * sim.Millisecond, Stopped: sim.Minute, Memory: 512}
	l.Phases[sim.PhaseRuntime] = l.Ready
	m.(sim.LifeObserver).Lives([]sim.Life{l})
	n := mustMeter(t, x, c)
	n.Requests([]sim.Outcome{
		{Start: sim.Second, End: sim.Second + 100*sim.Millisecond, Started: true},
		{Start: sim.Second, End: sim.Second + 100*sim.Millisecond, Started: true, Function: 1}, // 256 MB and 400 MHz
	})
	m.Merge(n)
	for meter, want := range map[string]int64{"clock": 400*800 + 100*800 + 100*400, "duration": 500*512 + 100*256, "requests": 2} {
		if got := m.Usage().Get(meter); got.Int64() != want {
			t.Errorf("%s = %s, want %d", meter, got, want)
		}
	}
	// Without clocks there is no such meter, and sizes are billed all the same.
	m = mustMeter(t, clocked(t, ""), c)
	m.(sim.LifeObserver).Lives([]sim.Life{l})
	if u := m.Usage(); u.index("clock") >= 0 || u.Get("duration").Int64() != 400*512 {
		t.Errorf("without clocks: %v", u)
	}
}

// clocked returns a tariff by invocation of two sizes, with more of its rule.
func clocked(t testing.TB, more string) *Tariff {
	t.Helper()
	c, err := parse(t, clockedText(more))
	if err != nil {
		t.Fatal(err)
	}
	x, err := c.Tariff("clocked")
	if err != nil {
		t.Fatal(err)
	}
	return x
}

// clockedText is a tariff by invocation; more goes into its rule.
func clockedText(more string) string {
	rule := `name = "invocation", quantum = "100ms", init = true, memory = { sizes = ["256MB", "512MB"] }`
	if more != "" {
		rule += ", " + more
	}
	notBilled := `["provisioned_requests", "duration", "provisioned_duration", "provisioned_standing", "ephemeral", "clock"]`
	if !strings.Contains(more, "mhz") {
		notBilled = strings.Replace(notBilled, `, "clock"`, "", 1)
	}
	return `[[tariff]]
name       = "clocked"
title      = "By the clock"
provider   = "Us"
region     = "here"
currency   = "EUR"
invariant  = "used ≤ billed"
rule       = { ` + rule + ` }
not_billed = ` + notBilled + `
price      = [{ name = "requests", unit = "1M", price = "1", grade = "A", source = "the page", as_of = "2026" }]
`
}
