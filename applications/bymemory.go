package applications

import (
	"cmp"
	"fmt"
	"maps"
	"math"
	"slices"

	"github.com/coldcurve/coldcurve/applications/catalog"
	"github.com/coldcurve/coldcurve/internal/spec"
)

// byMemorySpec is how a function's own time follows its memory: by the CPU that the
// memory buys, or as it was measured.
type byMemorySpec struct {
	At       spec.Size             `toml:"at" required:"true" help:"the memory at which service and cold_service are as the file has them"`
	On       string                `toml:"on" help:"the platform at whose memory they are, and of which times are; absent: the one that the file puts it on"`
	CPUShare *float64              `toml:"cpu_share" help:"part of that time in which it computes, 0 to 1: it follows the CPU that the memory buys, and the rest stays"`
	Threads  int                   `toml:"threads" default:"1" help:"vCPUs that it computes on at most: more gain nothing"`
	Times    sizedTimes            `toml:"times" help:"in place of cpu_share: times that were measured by memory, as in { 512MB = \"480ms\", 1GB = \"250ms\" }; between two of them by a power of the memory, beyond them by none"`
	TimesOn  map[string]sizedTimes `toml:"times_on" help:"by platform, times that were measured on others, for where the function runs there: { run = { 1GB = \"310ms\", 2GB = \"290ms\" } }; one of a single memory is of that alone"`
}

// sizedTimes are times that were measured, by memory.
type sizedTimes = map[string]spec.Duration

// mostThreads bounds the vCPUs that a function computes on: no instance has as many.
const mostThreads = 1024

// sizedTime is a time that was measured at a memory.
type sizedTime struct {
	mib  int64
	time float64 // ns
}

// bySize are the times by memory, ascending.
func bySize(times sizedTimes) (list []sizedTime, err error) {
	for _, text := range slices.Sorted(maps.Keys(times)) {
		d := times[text]
		var size spec.Size
		if err := size.UnmarshalText([]byte(text)); err != nil {
			return nil, err
		}
		mib, whole := size.MiB()
		if !whole || mib < 1 {
			return nil, fmt.Errorf("found the memory %s, want a whole number of MiB above 0", text)
		}
		if d <= 0 {
			return nil, fmt.Errorf("found %s at %s, want a time above 0", d, text)
		}
		list = append(list, sizedTime{mib, float64(d)})
	}
	slices.SortFunc(list, func(a, b sizedTime) int { return cmp.Compare(a.mib, b.mib) })
	for i := 1; i < len(list); i++ {
		if list[i].mib == list[i-1].mib {
			return nil, fmt.Errorf("found two at %dMB, want one of each memory", list[i].mib)
		}
	}
	return list, nil
}

// timeAt is the time at a memory by those that were measured: between two of them a
// straight line of logarithms, so that a time that halves where the memory doubles does
// so in between too. ok is false beyond the smallest and the largest.
func timeAt(list []sizedTime, mib int64) (ns float64, ok bool) {
	i, exact := slices.BinarySearchFunc(list, mib, func(t sizedTime, mib int64) int { return cmp.Compare(t.mib, mib) })
	switch {
	case exact:
		return list[i].time, true
	case i == 0 || i == len(list):
		return 0, false
	}
	a, b := list[i-1], list[i]
	x := math.Log(float64(mib)/float64(a.mib)) / math.Log(float64(b.mib)/float64(a.mib))
	return a.time * math.Pow(b.time/a.time, x), true
}

// checkByMemory checks how a function's time follows its memory.
func (c *checker) checkByMemory(f *functionSpec, at *spec.Node) {
	s := f.ByMemory
	if mib, whole := s.At.MiB(); (!whole || mib < 1) && !hasHole(at) {
		c.failf(below(at, "at"), "found %v, want a whole number of MiB above 0", s.At)
	}
	if f.Tokens != nil {
		c.failf(at, "given beside tokens, want none: the platform's server says how long a call of a model takes")
	}
	switch {
	case s.CPUShare == nil && s.Times == nil && !hasHole(at):
		c.failf(at, "found neither cpu_share nor times, want one of them")
	case s.CPUShare != nil && s.Times != nil:
		c.failf(below(at, "times"), "given beside cpu_share, want one of them")
	case s.Times != nil && at.Get("threads") != nil:
		c.failf(below(at, "threads"), "given beside times, want it with cpu_share: times are as they were measured")
	case s.CPUShare != nil:
		c.fail(below(at, "cpu_share"), part("cpu_share", *s.CPUShare))
	}
	if s.Threads < 1 || s.Threads > mostThreads {
		c.failf(below(at, "threads"), "found %d, want 1 to %d", s.Threads, mostThreads)
	}
	for _, name := range slices.Sorted(maps.Keys(s.TimesOn)) {
		there := below(at, "times_on", name)
		switch list, err := bySize(s.TimesOn[name]); {
		case s.Times == nil && !hasHole(at):
			c.failf(below(at, "times_on"), "given without times, want both: what takes so long there takes so long at %v here", s.At)
			return
		case name == s.On || s.On == "" && name == f.Platform:
			c.failf(there, "found the platform that times are of, want another")
		case err != nil:
			c.fail(there, err)
		case len(list) == 0:
			c.failf(there, "found no times, want one or more")
		}
	}
	list, err := bySize(s.Times)
	if err != nil {
		c.fail(below(at, "times"), err)
		return
	}
	if s.Times == nil {
		return
	}
	if len(list) < 2 {
		c.failf(below(at, "times"), "found %d, want two or more", len(list))
		return
	}
	if mib, _ := s.At.MiB(); mib > 0 {
		if _, ok := timeAt(list, mib); !ok {
			c.failf(below(at, "at"), "found %v, want it among the memories that were measured, %dMB to %dMB", s.At, list[0].mib, list[len(list)-1].mib)
		}
	}
}

// byMemory is the factor on a function's own time at the memory that it has; 0: none.
func (c *compiler) byMemory(i int) float64 {
	f := &c.file.Functions[i]
	s, k := f.ByMemory, c.on[i]
	if s == nil || k < 0 || c.drawn {
		return 0
	}
	at, p := c.at("function", i, "by_memory"), &c.o.Platforms[k]
	if c.timed(i) {
		c.fail(at, "the server of the platform %q says how long the function %q takes, so that nothing follows its memory: want a platform where each takes its own time", p.Name, f.Name)
		return 0
	}
	there := p
	if s.On != "" {
		n := slices.IndexFunc(c.o.Platforms, func(o Platform) bool { return o.Name == s.On })
		if n < 0 {
			var names []string
			for _, o := range c.o.Platforms {
				names = append(names, o.Name)
			}
			c.fail(below(at, "on"), "%s", spec.Unknown("platform", s.On, names))
			return 0
		}
		there = &c.o.Platforms[n]
	}
	asked, _ := f.Memory.MiB()
	was, _ := s.At.MiB()
	has := asked
	if p.Memory != nil {
		has = p.Memory(asked)
	}
	if s.Times != nil {
		return c.asMeasured(f, at, there, p, was, has)
	}
	before, now := cpuOf(there, was, s.Threads), cpuOf(p, has, s.Threads)
	if p.Shares && now > 0 {
		now = 1 // its server knows what is less, and a request computes on one
	}
	for _, x := range []struct {
		p   *Platform
		cpu float64
	}{{there, before}, {p, now}} {
		if x.cpu == 0 {
			c.fail(at, "the platform %q says neither vcpu nor memory_per_vcpu, so that nothing is known of the CPU that memory buys there: want one of them, or times in place of cpu_share", x.p.Name)
			return 0
		}
	}
	share := *s.CPUShare
	factor := 1 - share + share*before/now
	if p.Shares {
		c.sharesAlike(f, at, p, share*before/factor)
	}
	c.notes.add("function "+f.Name, "by_memory", fmt.Sprintf("times × %.4g: %.4g of them follows the CPU, %.4g vCPU at %dMB of %s for %.4g at %dMB of %s; initialisation does not follow", factor, share, now, has, p.Name, before, was, there.Name), catalog.Basis{Grade: "U", Source: "the share is the file's; that the rest stays, and that computing divides evenly among threads, is assumed"})
	return factor
}

// sharesAlike refuses a function that computes, on one vCPU, for another part of its time
// than the server takes that shares the processor.
func (c *compiler) sharesAlike(f *functionSpec, at *spec.Node, p *Platform, computes float64) {
	if math.Abs(computes-p.CPUShare) > 0.001 {
		c.fail(at, "on one vCPU the function %q computes for %.3g of its time, and the server \"shared\" of the platform %q takes %.3g: want server = { name = \"shared\", cpu_share = %.3g } there, or a cpu_share that agrees", f.Name, computes, p.Name, p.CPUShare, computes)
	}
}

// asMeasured is the factor by times that were measured.
func (c *compiler) asMeasured(f *functionSpec, at *spec.Node, there, here *Platform, was, has int64) float64 {
	times, where := f.ByMemory.Times, below(at, "times")
	if there != here {
		times, where = f.ByMemory.TimesOn[here.Name], below(at, "times_on", here.Name)
		if times == nil {
			c.fail(at, "the times by memory are of the platform %q, and it runs on %q: want cpu_share, or times of that, times_on = { %s = { … } }", there.Name, here.Name, spec.TOMLKey(here.Name))
			return 0
		}
	}
	if here.Shares && cpuOf(here, has, 1) < 1 {
		c.fail(at, "the server \"shared\" of the platform %q makes the time longer for want of a whole vCPU, and times that were measured are already: want cpu_share in place of times, or a vCPU", here.Name)
		return 0
	}
	home, err := bySize(f.ByMemory.Times)
	list, err2 := bySize(times)
	if err := cmp.Or(err, err2); err != nil { // checked
		c.fail(at, "%w", err)
		return 0
	}
	before, ok := timeAt(home, was)
	now, within := timeAt(list, has)
	if !ok || !within {
		c.fail(where, "it has %dMB, and times were measured from %dMB to %dMB: want a memory between them, or times of it", has, list[0].mib, list[len(list)-1].mib)
		return 0
	}
	factor := now / before
	from := ""
	if there != here {
		from = " of " + there.Name
	}
	c.notes.add("function "+f.Name, "by_memory", fmt.Sprintf("times × %.4g: as measured at %dMB of %s and at %dMB%s; initialisation does not follow", factor, has, here.Name, was, from), catalog.Basis{})
	return factor
}

// cpuOf is the CPU that so many threads have of an instance; 0: the platform does not
// say.
func cpuOf(p *Platform, mib int64, threads int) float64 {
	if p.VCPU == nil {
		return 0
	}
	return min(float64(threads), p.VCPU(mib))
}
