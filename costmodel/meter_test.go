package costmodel

import (
	"cmp"
	"fmt"
	"math/big"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/coldcurve/coldcurve/sim"
	"github.com/coldcurve/coldcurve/sim/simtest"
)

// TestDivide compares multiplying by the reciprocal with dividing, at the
// edges of both and in between.
func TestDivide(t *testing.T) {
	check := func(fail func(string, ...any), n uint64, d int64) {
		if got, want := newDivider(d).divide(n), n/uint64(d); got != want {
			fail("%d ÷ %d = %d, want %d", n, d, got, want)
		}
	}
	edges := []uint64{0, 1, 2, 3, 1<<32 - 1, 1 << 32, 1<<62 - 1, 1 << 62, 1<<63 - 1}
	for _, d := range []int64{2, 3, 4, 5, 7, 1 << 20, 1<<20 + 1, 1_000_000, 100_000_000, 1<<61 - 1, 1 << 61, 1<<62 - 1} {
		for _, n := range edges {
			check(t.Errorf, n, d)
		}
		for k := uint64(1); k < 1<<62/uint64(d); k = k*3 + 1 { // around multiples
			check(t.Errorf, k*uint64(d)-1, d)
			check(t.Errorf, k*uint64(d), d)
			check(t.Errorf, k*uint64(d)+1, d)
		}
	}
	rapid.Check(t, func(rt *rapid.T) {
		check(rt.Fatalf, rapid.Uint64Max(1<<63-1).Draw(rt, "n"), rapid.Int64Range(2, 1<<62-1).Draw(rt, "d"))
	})
}

// largest is the longest duration that the kernel admits.
const largest = int64(1) << 61

// drawDuration draws small, round and the largest durations.
func drawDuration(rt *rapid.T, name string) sim.Time {
	switch rapid.IntRange(0, 3).Draw(rt, name+" kind") {
	case 0:
		return rapid.Int64Range(0, 5_000_001).Draw(rt, name)
	case 1:
		return rapid.Int64Range(0, 5_000).Draw(rt, name) * sim.Millisecond
	case 2:
		return rapid.Int64Range(0, 20*int64(sim.Minute)).Draw(rt, name)
	default:
		return rapid.Int64Range(0, largest).Draw(rt, name)
	}
}

// drawConfig draws functions of the sizes that Lambda and Azure have, some of
// them by the platform's default, and a window.
func drawConfig(rt *rapid.T) MeterConfig {
	c := MeterConfig{
		Platform:  sim.Platform{Memory: 256, Dispatch: sim.Dispatch(rapid.IntRange(0, 1).Draw(rt, "dispatch"))},
		VCPU:      rapid.Int64Range(0, 8000).Draw(rt, "vcpu"),
		Ephemeral: rapid.SampledFrom([]int64{0, 512, 513, 10240}).Draw(rt, "ephemeral"),
	}
	c.Platform.Init = sim.Init{
		{Phase: sim.PhaseSandbox, Duration: stretchOf(120 * sim.Millisecond)},
		{Phase: sim.PhaseRuntime, Duration: stretchOf(300 * sim.Millisecond)},
	}
	for i := range rapid.IntRange(1, 5).Draw(rt, "functions") {
		f := sim.Function{Name: fmt.Sprint("f", i), Memory: rapid.SampledFrom([]int64{0, 1, 40, 128, 129, 1000, 1536, 2048, 3008}).Draw(rt, "memory")}
		if rapid.Bool().Draw(rt, "init") {
			f.Init = sim.Init{{Phase: sim.PhaseImage, Duration: sim.Constant(50 * sim.Millisecond)}, {Phase: sim.PhaseEngine, Duration: sim.Constant(sim.Second)}}
		}
		c.Functions = append(c.Functions, f)
	}
	from := rapid.Int64Range(0, 100*int64(sim.Second)).Draw(rt, "warmup")
	c.Window = sim.Window{Warmup: from, Horizon: from + rapid.Int64Range(1, 1000*int64(sim.Second)).Draw(rt, "length")}
	return c
}

// stretchOf is a distribution: u times its largest value.
type stretchOf sim.Time

func (s stretchOf) Sample(u float64) sim.Time { return sim.Time(u * float64(s)) }

func drawOutcomes(rt *rapid.T, c *MeterConfig) []sim.Outcome {
	batch := make([]sim.Outcome, rapid.IntRange(0, 40).Draw(rt, "outcomes"))
	for i := range batch {
		o := &batch[i]
		o.Arrival = rapid.Int64Range(0, c.Window.Horizon+int64(sim.Second)).Draw(rt, "arrival")
		o.Init = drawDuration(rt, "init") * rapid.Int64Range(0, 1).Draw(rt, "cold")
		o.Start = o.Arrival + o.Init
		o.End = o.Start + drawDuration(rt, "service")
		o.Function = uint32(rapid.IntRange(0, len(c.Functions)-1).Draw(rt, "function"))
		o.Ordinal = uint32(i)
		o.Status = sim.Status(rapid.IntRange(0, int(sim.Unfinished)).Draw(rt, "status"))
		o.Started = o.Status != sim.Unfinished && rapid.IntRange(0, 9).Draw(rt, "started") > 0
		o.Flags = sim.Flags(rapid.IntRange(0, 7).Draw(rt, "flags"))
		o.Counts = sim.Counts(max(0, rapid.IntRange(-6, 2).Draw(rt, "counts")))
	}
	return batch
}

func drawLives(rt *rapid.T, c *MeterConfig) []sim.Life {
	batch := make([]sim.Life, rapid.IntRange(0, 20).Draw(rt, "lives"))
	for i := range batch {
		l := &batch[i]
		l.Created = rapid.Int64Range(0, c.Window.Horizon+int64(sim.Second)).Draw(rt, "created")
		if rapid.Bool().Draw(rt, "round") { // so that ends and beginnings meet
			l.Created = l.Created / int64(50*sim.Second) * int64(50*sim.Second)
		}
		l.Ready = l.Created
		for p := range l.Phases {
			l.Phases[p] = rapid.Int64Range(0, int64(sim.Second)).Draw(rt, "phase")
			l.Ready += l.Phases[p]
		}
		l.Stopped = max(l.Ready, l.Created+rapid.Int64Range(0, 8).Draw(rt, "fifties")*int64(50*sim.Second))
		l.Idle = rapid.Int64Range(0, c.Window.Clip(l.Ready, l.Stopped)).Draw(rt, "idle")
		l.Deployment = uint32(rapid.IntRange(0, len(c.Functions)-1).Draw(rt, "deployment"))
		l.Memory = c.memoryOf(int(l.Deployment))
		l.Flags = rapid.SampledFrom([]sim.Flags{0, sim.Provisioned, sim.Prewarmed}).Draw(rt, "flags")
	}
	return batch
}

func drawActivities(rt *rapid.T, c *MeterConfig) []sim.Activity {
	batch := make([]sim.Activity, rapid.IntRange(0, 20).Draw(rt, "activities"))
	for i := range batch {
		a := &batch[i]
		a.From = rapid.Int64Range(0, c.Window.Horizon+int64(sim.Second)).Draw(rt, "from")
		a.Init = drawDuration(rt, "init") / 2 * rapid.Int64Range(0, 1).Draw(rt, "started")
		a.Before = rapid.Int64Range(0, a.Init).Draw(rt, "before")
		a.To = a.From + a.Init + drawDuration(rt, "stretch")/2
		a.Deployment = uint32(rapid.IntRange(0, len(c.Functions)-1).Draw(rt, "deployment"))
		a.Memory = c.memoryOf(int(a.Deployment))
		a.Flags = rapid.SampledFrom([]sim.Flags{0, sim.Provisioned, sim.Prewarmed}).Draw(rt, "flags")
	}
	return batch
}

// happening is one run's worth of observations. Its inits are of those requests
// whose Init is not 0 and whose service began.
type happening simtest.Tape

func drawHappening(rt *rapid.T, c *MeterConfig) happening {
	outcomes := drawOutcomes(rt, c)
	return happening{outcomes, drawInits(rt, outcomes), drawLives(rt, c), drawActivities(rt, c)}
}

// drawInits cuts what requests waited for into phases.
func drawInits(rt *rapid.T, outcomes []sim.Outcome) (inits []sim.InitWait) {
	for _, o := range outcomes {
		if o.Init == 0 || !o.Started {
			continue
		}
		w := sim.InitWait{Outcome: o, Own: rapid.IntRange(0, 3).Draw(rt, "own") > 0}
		left := o.Init
		for p := range w.Phases {
			w.Phases[p] = rapid.Int64Range(0, left).Draw(rt, "phase")
			left -= w.Phases[p]
		}
		w.Phases[sim.PhaseRuntime] += left
		inits = append(inits, w)
	}
	return inits
}

// phasesFrom returns how long a request waited for a phase and those after it.
func (h *happening) phasesFrom(from sim.Phase, o *sim.Outcome) (t sim.Time) {
	for i := range h.Inits {
		if w := &h.Inits[i]; w.Outcome == *o && w.Own {
			for p := from; p < sim.NumPhases; p++ {
				t += w.Phases[p]
			}
			return t
		}
	}
	return 0
}

func (h *happening) feed(m Meter) {
	m.Requests(h.Requests)
	if w, ok := m.(sim.InitObserver); ok {
		w.Inits(h.Inits)
	}
	if l, ok := m.(sim.LifeObserver); ok {
		l.Lives(h.Lives)
	}
	if a, ok := m.(sim.ActivityObserver); ok {
		a.Activities(h.Activities)
	}
}

// tally is the slow twin's usage: big integers by meter, in the smallest unit.
type tally map[string]*big.Int

func (y tally) add(meter string, factors ...int64) {
	n := big.NewInt(1)
	for _, f := range factors {
		n.Mul(n, big.NewInt(f))
	}
	if y[meter] == nil {
		y[meter] = new(big.Int)
	}
	y[meter].Add(y[meter], n)
}

// up rounds a up to a multiple of b.
func up(a, b int64) int64 {
	if r := a % b; r != 0 {
		return a - r + b
	}
	return a
}

func isProvisioned(f sim.Flags) string {
	if f&sim.Provisioned != 0 {
		return "provisioned_"
	}
	return ""
}

func billable(c *MeterConfig, o *sim.Outcome) bool {
	arrived := o.Arrival >= c.Window.Warmup && o.Arrival < c.Window.Horizon
	return (arrived && o.Counts == sim.ByArrival || o.Counts == sim.Counted) && o.Started &&
		(o.Status == sim.Completed || o.Status == sim.TimedOut || o.Status == sim.Failed || o.Status == sim.Abandoned || o.Status == sim.Unfinished)
}

// slowLambda is the rule of aws-lambda, in the words of the pricing page, in ns.
func slowLambda(c *MeterConfig, h *happening, initBilled bool, quantum, minimum int64, size, clock func(int64) int64) tally {
	y := tally{}
	bill := func(kind string, mib, ns int64) {
		if clock != nil {
			y.add("clock", clock(mib), ns/ms)
		}
		y.add(kind+"duration", size(mib), ns)
		y.add("ephemeral", max(0, c.Ephemeral-512), ns)
	}
	for i := range h.Requests {
		o := &h.Requests[i]
		if !billable(c, o) {
			continue
		}
		kind := isProvisioned(o.Flags)
		d := o.End - o.Start
		if initBilled && c.Platform.Dispatch == sim.BoundDispatch && kind == "" && o.Init > 0 {
			d += h.phasesFrom(sim.PhaseRuntime, o)
		}
		y.add(kind+"requests", 1)
		bill(kind, c.memoryOf(int(o.Function)), max(minimum, up(d, quantum)))
	}
	for i := range h.Lives {
		l := &h.Lives[i]
		kind := isProvisioned(l.Flags)
		if initBilled && (kind != "" || c.Platform.Dispatch == sim.QueueDispatch) && c.Window.Contains(l.Created) {
			bill(kind, l.Memory, up(l.Ready-l.Created-upTo(l, sim.PhaseRuntime), quantum))
		}
	}
	for d := range c.Functions {
		y.add("provisioned_standing", size(c.memoryOf(d)), slowStanding(c, h, uint32(d)))
	}
	return y
}

// slowStanding looks, for each number k, at which moments at least k
// provisioned instances lived, and rounds each such stretch up to 5 minutes.
func slowStanding(c *MeterConfig, h *happening, deployment uint32) (sum int64) {
	var lives []sim.Life
	var edges []int64
	for _, l := range h.Lives {
		if l.Deployment == deployment && l.Flags&sim.Provisioned != 0 {
			lives, edges = append(lives, l), append(edges, l.Created, l.Stopped)
		}
	}
	slices.Sort(edges)
	edges = slices.Compact(edges)
	for k := 1; k <= len(lives); k++ {
		from := int64(-1)
		for i, e := range edges {
			n := 0 // between this edge and the next
			for _, l := range lives {
				if i+1 < len(edges) && l.Created <= e && l.Stopped >= edges[i+1] {
					n++
				}
			}
			switch {
			case n >= k && from < 0:
				from = e
			case n < k && from >= 0:
				sum += c.Window.Clip(from, from+up(e-from, int64(5*sim.Minute)))
				from = -1
			}
		}
	}
	return sum
}

// slow is what a twin of rules that bill time of instances goes by, in ns,
// thousandths of a vCPU and MiB.
type slow struct {
	init, whole            bool
	quantum, minimum, vcpu int64
	phases                 sim.Phase // the first that is billed; 0: the sandbox
	size                   func(int64) int64
}

// vcpuOf returns the thousandths of a vCPU of an instance.
func (s *slow) vcpuOf(c *MeterConfig) int64 {
	if c.VCPU > 0 {
		return c.VCPU
	}
	return s.vcpu
}

// add adds a stretch of an instance to meters of that beginning: starting until
// it is ready, and idle for so long. What rounding adds is the end's.
func (s *slow) add(y tally, c *MeterConfig, kind string, mib, from, ready, to, idle int64, end string) {
	if from == to {
		return
	}
	rounded := from + up(max(s.minimum, to-from), s.quantum)
	parts := map[string]int64{Starting: c.Window.Clip(from, ready), Serving: c.Window.Clip(ready, to) - idle, Idle: idle}
	parts[end] += c.Window.Clip(to, rounded)
	for part, d := range parts {
		if d < 0 {
			panic("an instance is idle for longer than it lives")
		}
		for _, meter := range []string{"", "." + part} {
			y.add(kind+"_time"+meter, d)
			y.add(kind+"_cpu"+meter, s.vcpuOf(c), d)
			y.add(kind+"_memory"+meter, s.size(mib), d)
		}
	}
}

// life adds a life from a time on.
func (s *slow) life(y tally, c *MeterConfig, kind string, l *sim.Life, from int64) {
	s.add(y, c, kind, l.Memory, from, l.Ready, l.Stopped, l.Idle, Idle)
}

// stretch adds an active stretch from a time on.
func (s *slow) stretch(y tally, c *MeterConfig, kind string, a *sim.Activity, from int64) {
	end := Serving
	if a.Init == a.To-a.From {
		end = Starting
	}
	s.add(y, c, kind, a.Memory, from, a.From+a.Init, a.To, 0, end)
}

// active is the rule of Cloud Run (request-based), Azure Flex and Container
// Apps, and Replicate's public models.
func (s slow) active(c *MeterConfig, h *happening) tally {
	y := slowRequests(c, h, true)
	for i := range h.Activities {
		a := &h.Activities[i]
		from := a.From + a.Before
		if !s.init {
			from = a.From + a.Init
		}
		if kind := isProvisioned(a.Flags); kind != "" || !s.whole {
			s.stretch(y, c, kind+"active", a, from)
		}
	}
	for i := range h.Lives {
		l := &h.Lives[i]
		if isProvisioned(l.Flags) != "" {
			for _, meter := range []string{"", ".idle"} {
				y.add("provisioned_idle_cpu"+meter, s.vcpuOf(c), l.Idle)
				y.add("provisioned_idle_memory"+meter, s.size(l.Memory), l.Idle)
			}
			y.add("provisioned_standing", s.size(l.Memory), c.Window.Clip(l.Created, l.Stopped))
		} else if s.whole {
			s.life(y, c, "active", l, l.Created+upTo(l, sim.PhaseSandbox))
		}
	}
	return y
}

// upTo returns how long the phases before one took.
func upTo(l *sim.Life, p sim.Phase) (t int64) {
	for _, d := range l.Phases[:p] {
		t += d
	}
	return t
}

// lifetime is the rule of Cloud Run (instance-based), Code Engine, Fargate,
// machines and GPUs.
func (s slow) lifetime(c *MeterConfig, h *happening) tally {
	y := slowRequests(c, h, false)
	for i := range h.Lives {
		l := &h.Lives[i]
		from := l.Created + upTo(l, cmp.Or(s.phases, sim.PhaseSandbox))
		s.life(y, c, "instance", l, from)
	}
	return y
}

// activeCPU is the rule of Cloudflare Containers: a life, but for the CPU.
func (s slow) activeCPU(c *MeterConfig, h *happening) tally {
	active := tally{}
	for i := range h.Activities {
		a := &h.Activities[i]
		s.stretch(active, c, "instance", a, a.From+a.Before)
	}
	y := s.lifetime(c, h)
	for meter := range y {
		if strings.HasPrefix(meter, "instance_cpu") {
			y[meter] = new(big.Int)
		}
	}
	for meter, n := range active {
		if strings.HasPrefix(meter, "instance_cpu") {
			y[meter] = n
		}
	}
	return y
}

func slowRequests(c *MeterConfig, h *happening, apart bool) tally {
	y := tally{}
	for i := range h.Requests {
		o := &h.Requests[i]
		if !billable(c, o) {
			continue
		}
		if kind := isProvisioned(o.Flags); apart {
			y.add(kind+"requests", 1)
		} else {
			y.add("requests", 1)
		}
	}
	return y
}

func asIs(mib int64) int64 { return mib }

func steps(step, least, most int64) func(int64) int64 {
	return func(mib int64) int64 { return min(most, max(least, up(mib, step))) }
}

// among returns the smallest of the sizes that holds so much.
func among(sizes ...int64) func(int64) int64 {
	return func(mib int64) int64 {
		for _, s := range sizes {
			if mib <= s {
				return s
			}
		}
		panic("too large")
	}
}

const (
	ms    = int64(sim.Millisecond)
	tenth = 100 * ms
	sec   = int64(sim.Second)
	min1  = int64(sim.Minute)
)

// familyOf finds what is held by the longest beginning of a tariff's name:
// tariffs of one beginning have one rule at other prices.
func familyOf[T any](table map[string]T, tariff string) (v T, ok bool) {
	for n := len(tariff); n > 0 && !ok; n-- {
		v, ok = table[tariff[:n]]
	}
	return v, ok
}

var (
	flexSize = among(512, 2048, 4096)
	gen1Size = among(128, 256, 512, 1024, 2048, 4096, 8192)
	gen1MHz  = map[int64]int64{128: 200, 256: 400, 512: 800, 1024: 1400, 2048: 2400, 4096: 4800, 8192: 4800}
)

func slowFunctions(init bool, quantum, minimum int64, size func(int64) int64) func(*MeterConfig, *happening) tally {
	return func(c *MeterConfig, h *happening) tally { return slowLambda(c, h, init, quantum, minimum, size, nil) }
}

// slowTwins are, for each family of tariffs that meter a run, its rule written out.
var slowTwins = map[string]func(c *MeterConfig, h *happening) tally{
	"aws-lambda":               slowFunctions(true, ms, 0, steps(1, 128, 10240)),
	"aws-lambda-init-free":     slowFunctions(false, ms, 0, steps(1, 128, 10240)),
	"aws-lambda-arm-init-free": slowFunctions(false, ms, 0, steps(1, 128, 10240)),
	"aws-lambda-100ms":         slowFunctions(false, tenth, 0, steps(64, 128, 3008)),
	"aws-sagemaker-serverless": slowFunctions(true, ms, 0, steps(1024, 1024, 6144)),
	"azure-consumption":        slowFunctions(false, ms, tenth, steps(128, 128, 1536)),
	"ibm-cloud-functions":      slowFunctions(false, tenth, 0, steps(1, 128, 1<<40)),
	"cloudflare-workers":       slowFunctions(false, ms, 0, asIs),
	"gcp-functions-gen1": func(c *MeterConfig, h *happening) tally {
		return slowLambda(c, h, false, tenth, tenth, gen1Size, func(mib int64) int64 { return gen1MHz[gen1Size(mib)] })
	},

	"azure-flex":            slow{quantum: tenth, minimum: sec, size: flexSize}.active,
	"azure-container-apps":  slow{init: true, whole: true, quantum: sec, vcpu: 1000, size: asIs}.active,
	"gcp-cloud-run-request": slow{init: true, quantum: tenth, vcpu: 1000, size: asIs}.active,
	"replicate-public":      slow{quantum: sec, size: asIs}.active,

	"aws-ec2":                        slow{quantum: sec, phases: sim.PhaseNode, size: asIs}.lifetime,
	"aws-fargate":                    slow{quantum: sec, minimum: min1, vcpu: 1000, phases: sim.PhaseImage, size: asIs}.lifetime,
	"azure-container-apps-jobs":      slow{quantum: sec, vcpu: 1000, size: asIs}.lifetime,
	"azure-premium-ep1":              slow{quantum: sec, vcpu: 1000, size: among(3584)}.lifetime,
	"azure-premium-ep2":              slow{quantum: sec, vcpu: 2000, size: among(7168)}.lifetime,
	"azure-container-apps-gpu":       slow{quantum: sec, vcpu: 1000, size: asIs}.lifetime,
	"azure-vm":                       slow{quantum: sec, phases: sim.PhaseNode, size: asIs}.lifetime,
	"baseten":                        slow{quantum: min1, phases: sim.PhaseRestore, size: asIs}.lifetime,
	"cloudflare-containers":          slow{quantum: 10 * ms, vcpu: 1000, size: asIs}.activeCPU,
	"gcp-cloud-run-gpu-l4":           slow{quantum: tenth, minimum: min1, vcpu: 4000, size: steps(1, 16<<10, 1<<40)}.lifetime,
	"gcp-cloud-run-gpu-rtx-pro-6000": slow{quantum: tenth, minimum: min1, vcpu: 20_000, size: steps(1, 80<<10, 1<<40)}.lifetime,
	"gcp-cloud-run-instance":         slow{quantum: tenth, minimum: min1, vcpu: 1000, size: asIs}.lifetime,
	"gcp-cloud-run-jobs":             slow{quantum: tenth, minimum: min1, vcpu: 1000, size: asIs}.lifetime,
	"gcp-cloud-run-worker-pools":     slow{quantum: tenth, vcpu: 1000, size: asIs}.lifetime,
	"gcp-vm":                         slow{quantum: sec, phases: sim.PhaseNode, size: asIs}.lifetime,
	"ibm-code-engine":                slow{quantum: tenth, vcpu: 1000, phases: sim.PhaseImage, size: asIs}.lifetime,
	"modal":                          slow{quantum: sec, vcpu: 125, size: asIs}.lifetime,
	"replicate-deployment":           slow{quantum: sec, size: asIs}.lifetime,
	"runpod":                         slow{quantum: sec, phases: sim.PhaseRestore, size: asIs}.lifetime,
	"runpod-pod":                     slow{quantum: sec, phases: sim.PhaseNode, size: asIs}.lifetime,
	"aws-sagemaker-ml":               slow{quantum: sec, phases: sim.PhaseNode, size: asIs}.lifetime,
}

// metered returns the tariffs that meter a run, one for each rule: the first
// that has a twin, by its name. A rule that none has is said.
func metered(t testing.TB) []*Tariff {
	var list []*Tariff
	rules := map[string]bool{}
	for _, x := range shippedCatalog(t).Tariffs() {
		_, known := familyOf(slowTwins, x.Name)
		if known && x.Rule != "supplied" && !rules[x.ruleText()] {
			rules[x.ruleText()] = true
			list = append(list, x)
		}
	}
	for _, x := range shippedCatalog(t).Tariffs() {
		if x.Rule != "supplied" && !rules[x.ruleText()] {
			t.Logf("%s: no twin and no inequality hold its rule", x.Name)
		}
	}
	return list
}

func mustMeter(t interface {
	Helper()
	Fatal(...any)
}, x *Tariff, c MeterConfig) Meter {
	t.Helper()
	m, err := x.NewMeter(c)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// TestMetersEqualTheirTwins compares each tariff's meter with its rule written
// out slowly, over random runs with durations up to the largest there are, fed
// so often that sums pass 2^64.
func TestMetersEqualTheirTwins(t *testing.T) {
	for _, x := range metered(t) {
		t.Run(x.Name, func(t *testing.T) {
			twin, _ := familyOf(slowTwins, x.Name)
			rapid.Check(t, func(rt *rapid.T) {
				c := drawConfig(rt)
				h := drawHappening(rt, &c)
				m := mustMeter(rt, x, c)
				h.feed(m)
				want := twin(&c, &h)
				total := mustMeter(rt, x, c)
				h.feed(total)
				const doublings = 16 // 2^16 times the same run: 2^61 ns × 2^12 MiB × 2^16
				for range doublings {
					other := mustMeter(rt, x, c)
					other.Merge(total)
					if _, levels := total.(*invocationMeter); levels {
						break // standing time is of levels, no sum
					}
					total.Merge(other)
				}
				same(rt, m.Usage(), want, 0)
				if _, levels := total.(*invocationMeter); !levels {
					same(rt, total.Usage(), want, doublings)
				}
			})
		})
	}
}

// same compares a usage with a tally × 2^shift.
func same(rt *rapid.T, got Usage, want tally, shift uint) {
	rt.Helper()
	for _, e := range got {
		x, _ := findUnit(e.Unit)
		n := new(big.Int).Mul(e.Quantity, x.big())
		w := new(big.Int)
		if want[e.Meter] != nil {
			w.Lsh(want[e.Meter], shift)
		}
		if n.Cmp(w) != 0 {
			rt.Fatalf("%s = %s, the twin says %s", e.Meter, n, w)
		}
	}
	for meter, n := range want {
		if got.index(meter) < 0 && n.Sign() > 0 {
			rt.Fatalf("no meter %q", meter)
		}
	}
	for _, e := range got {
		if err := got.checkPart(e); strings.Contains(e.Meter, ".") && err != nil {
			rt.Fatal(err)
		}
	}
}

// TestWindowsEnds: a request is measured that arrives with the window's first
// nanosecond or before its end, whenever it is served; by each rule.
func TestWindowsEnds(t *testing.T) {
	w := sim.Window{Warmup: sim.Minute, Horizon: 2 * sim.Minute}
	for _, x := range metered(t) {
		if !slices.ContainsFunc(x.rule.meters(), func(m meterInfo) bool { return m.name == "requests" }) {
			continue
		}
		m := mustMeter(t, x, MeterConfig{Functions: []sim.Function{{Name: "f", Memory: 512}}, Window: w})
		for _, at := range []sim.Time{0, w.Warmup - 1, w.Warmup, w.Horizon - 1, w.Horizon, w.Horizon + 1} {
			m.Requests([]sim.Outcome{{Arrival: at, Start: at, End: at + 90*sim.Second, Started: true}})
			m.Requests([]sim.Outcome{{Arrival: at, Start: at, End: at + 90*sim.Second, Started: true, Counts: sim.NotCounted}})
		}
		if got := m.Usage().Get("requests"); got.Int64() != 2 {
			t.Errorf("%s: %s requests, want 2", x.Name, got)
		}
		m.Requests([]sim.Outcome{{Arrival: w.Horizon + sim.Day, Start: w.Horizon + sim.Day, End: w.Horizon + sim.Day, Started: true, Counts: sim.Counted}})
		if got := m.Usage().Get("requests"); got.Int64() != 3 {
			t.Errorf("%s: %s requests, want 3: one counts that comes a day later", x.Name, got)
		}
	}
}

// TestLargestFleet: 10 GiB for the longest duration, 2^16 requests a batch, a
// thousand batches: 10240 × 2^61 ns ÷ 1 ms × 65,536,000 > 2^83.
func TestLargestFleet(t *testing.T) {
	x := mustTariff(t, "aws-lambda")
	c := MeterConfig{Functions: []sim.Function{{Name: "f", Memory: 10240}}, Window: sim.Window{Horizon: sim.Hour}}
	m := mustMeter(t, x, c)
	batch := make([]sim.Outcome, longestBatch+1) // more than is summed in one word
	for i := range batch {
		batch[i] = sim.Outcome{End: largest, Started: true}
	}
	const batches = 100
	for range batches {
		m.Requests(batch)
	}
	ms := new(big.Int).SetInt64((largest + 999_999) / 1_000_000)
	want := ms.Mul(ms, big.NewInt(10240*batches*(longestBatch+1)))
	if got := m.Usage().Get("duration"); got.Cmp(want) != 0 {
		t.Errorf("duration = %s MiB-ms, want %s", got, want)
	}
	if want.BitLen() <= 64 {
		t.Errorf("the sum has %d bits: no test of width", want.BitLen())
	}
}

// TestMergeOrder: however a run is cut into batches and meters, and in
// whatever order these are merged, the usage is the same.
func TestMergeOrder(t *testing.T) {
	for _, x := range metered(t) {
		t.Run(x.Name, func(t *testing.T) { rapid.Check(t, func(rt *rapid.T) { mergeOrder(rt, x) }) })
	}
}

func mergeOrder(rt *rapid.T, x *Tariff) {
	c := drawConfig(rt)
	h := drawHappening(rt, &c)
	whole := mustMeter(rt, x, c)
	h.feed(whole)
	shards := make([]Meter, 3)
	for i := range shards {
		shards[i] = mustMeter(rt, x, c)
	}
	place := func() Meter { return shards[rapid.IntRange(0, 2).Draw(rt, "shard")] }
	for i := range h.Requests {
		place().Requests(h.Requests[i : i+1])
	}
	for i := range h.Inits {
		(&happening{Inits: h.Inits[i : i+1]}).feed(place())
	}
	for i := range h.Lives {
		(&happening{Lives: h.Lives[i : i+1]}).feed(place())
	}
	for i := range h.Activities {
		(&happening{Activities: h.Activities[i : i+1]}).feed(place())
	}
	order := rapid.Permutation([]int{0, 1, 2}).Draw(rt, "order")
	sum := shards[order[0]]
	sum.Merge(shards[order[1]])
	sum.Merge(shards[order[2]])
	if got, want := fmt.Sprint(sum.Usage()), fmt.Sprint(whole.Usage()); got != want {
		rt.Fatalf("in parts %s, as one %s", got, want)
	}
}

// TestWindowsAdd: two adjoining windows are billed what the window of both is.
func TestWindowsAdd(t *testing.T) {
	tariffs := metered(t)
	rapid.Check(t, func(rt *rapid.T) {
		x := tariffs[rapid.IntRange(0, len(tariffs)-1).Draw(rt, "tariff")]
		c := drawConfig(rt)
		h := drawHappening(rt, &c)
		for i := range h.Lives {
			h.Lives[i].Idle = 0 // is given within one window
		}
		for i := range h.Requests {
			h.Requests[i].Counts = sim.ByArrival // what counts in any window counts in both
		}
		for i := range h.Inits {
			h.Inits[i].Counts = sim.ByArrival
		}
		cut := rapid.Int64Range(c.Window.Warmup, c.Window.Horizon).Draw(rt, "cut")
		usage := func(w sim.Window) Usage {
			c := c
			c.Window = w
			m := mustMeter(rt, x, c)
			h.feed(m)
			return m.Usage()
		}
		sum, err := usage(sim.Window{Warmup: c.Window.Warmup, Horizon: cut}).Merge(usage(sim.Window{Warmup: cut, Horizon: c.Window.Horizon}))
		if err != nil {
			rt.Fatal(err)
		}
		if got, want := fmt.Sprint(sum), fmt.Sprint(usage(c.Window)); got != want {
			rt.Fatalf("two windows %s, one %s", got, want)
		}
	})
}

// TestNoAllocations: metering a batch of requests, lives and active stretches allocates nothing.
func TestNoAllocations(t *testing.T) {
	c := configOf(100)
	batch := outcomeBatches(100)[0]
	for i := range batch {
		batch[i].Init = sim.Time(i%2) * sim.Second
	}
	c.Platform.Init = sim.Init{{Phase: sim.PhaseSandbox, Duration: sim.Constant(sim.Millisecond)}}
	lives, active := make([]sim.Life, 10), make([]sim.Activity, 10)
	for i := range lives {
		lives[i] = sim.Life{Ready: sim.Second, Stopped: sim.Minute, Idle: sim.Second, Memory: 512}
		active[i] = sim.Activity{To: sim.Minute, Init: sim.Second, Memory: 512}
	}
	for _, x := range metered(t) {
		m := mustMeter(t, x, c)
		if n := testing.AllocsPerRun(100, func() {
			m.Requests(batch)
			if l, ok := m.(sim.LifeObserver); ok {
				l.Lives(lives)
			}
			if a, ok := m.(sim.ActivityObserver); ok {
				a.Activities(active)
			}
		}); n != 0 {
			t.Errorf("%s: %v allocations a batch", x.Name, n)
		}
	}
}

// TestNewMeterRefuses: what a provider does not offer is refused, and named.
func TestNewMeterRefuses(t *testing.T) {
	c := shippedCatalog(t)
	for _, x := range []struct {
		tariff string
		config MeterConfig
		err    string
	}{
		{"aws-lambda", MeterConfig{Functions: []sim.Function{{Name: "f", App: "a"}}},
			`metering for tariff "aws-lambda": function a/f has no memory size, and the platform has no default`},
		{"aws-lambda", MeterConfig{Functions: []sim.Function{{Name: "f", Memory: 10241}}},
			`metering for tariff "aws-lambda": function f has 10241 MB of memory, the provider offers at most 10240 MB`},
		{"azure-flex", MeterConfig{Functions: []sim.Function{{Name: "f", Memory: 4097}}},
			`metering for tariff "azure-flex": function f has 4097 MB of memory, the provider offers at most 4096 MB`},
		{"gcp-cloud-run-instance", MeterConfig{Functions: []sim.Function{{Name: "f"}}},
			`metering for tariff "gcp-cloud-run-instance": function f has no memory size, and the platform has no default`},
		{"aws-lambda", MeterConfig{Functions: []sim.Function{{Name: "f", Memory: 128}}, Ephemeral: 100},
			`metering for tariff "aws-lambda": 100 MB of ephemeral storage, the provider offers at least 512 MB`},
	} {
		tariff, err := c.Tariff(x.tariff)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := tariff.NewMeter(x.config); err == nil || err.Error() != x.err {
			t.Errorf("got %v, want %s", err, x.err)
		}
	}
	// Azure Consumption bills at most 1,536 MB rather than refuse more
	azure, _ := c.Tariff("azure-consumption")
	if _, err := azure.NewMeter(MeterConfig{Functions: []sim.Function{{Name: "f", Memory: 9000}}}); err != nil {
		t.Error(err)
	}
}
