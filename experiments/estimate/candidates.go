package estimate

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
)

// foundPlans are the plans to look at.
type foundPlans struct {
	all     []*Candidate
	now     *Candidate // what a log says runs now; nil: nobody knows
	leftOut []string   // what is not looked at, and why
	skipped []Skipped  // what has no price
}

// candidates lists the plans to look at. A tenant controls provider,
// architecture, memory, standing instances, concurrency and SnapStart; never
// how long the provider keeps an instance.
func (r *runner) candidates(ctx context.Context, ld *load) (*foundPlans, error) {
	all, leftOut, err := r.alternatives()
	if err != nil {
		return nil, err
	}
	out := &foundPlans{leftOut: leftOut}
	replications := 1
	if r.in.Log == nil {
		replications = max(1, min(lastRound, int(searchBudget/max(1, ld.requests()))))
	}
	peak, err := ld.peak(ctx, r.in, replications)
	if err != nil {
		return nil, err
	}
	for _, a := range all {
		if a.Kind == ProvisionedKind {
			continue // provisioned ones are variants of the others
		}
		variants := r.variants(a, peak)
		if len(variants) == 0 {
			out.leftOut = append(out.leftOut, fmt.Sprintf("%s is left out: it has no instances that are always ready, and %d are asked for (--provisioned)", a.Name, r.in.Provisioned))
		}
		beyond := ""
		for i, c := range variants {
			s, err := r.in.subject(c, r.catalog, ld, likely)
			if err != nil {
				return nil, err
			}
			if why := s.beyondQuota(); why != "" {
				if beyond == "" {
					beyond = fmt.Sprintf("%s is not looked at from %d always ready on: %s (--account-limit)", a.Name, s.provisioned, why)
				}
				continue
			}
			if why := s.priced(); why != nil {
				if i == 0 {
					out.skipped = append(out.skipped, Skipped{a.Name, why.Error()})
				}
				continue
			}
			found := &Candidate{Name: c.name(), choice: c, subject: s, worst: math.Inf(1)}
			out.all = append(out.all, found)
			if r.in.runsNow(&c) {
				out.now = found
			}
		}
		if beyond != "" {
			out.leftOut = append(out.leftOut, beyond)
		}
	}
	if r.in.ShareKnown && len(r.in.Functions) == 1 && slices.ContainsFunc(all, func(a alternative) bool { return a.CPU == "lambda" }) {
		if _, untried := r.in.sizes(); untried != "" {
			out.leftOut = append(out.leftOut, untried)
		}
	}
	switch {
	case len(out.all) > 0:
	case len(out.skipped) > 0:
		return nil, noPrice(out.skipped)
	default:
		return nil, inputError("no plan remains: %s", strings.Join(out.leftOut, "; "))
	}
	return out, nil
}

// runsNow reports whether a choice is what a log says was billed.
func (in *Input) runsNow(c *choice) bool {
	return in.Today != nil && c.base == in.Today.Tariff && c.Kind == FunctionKind && c.memory == 0 && c.provisioned <= 0 && c.concurrency == 0 && !c.SnapStart
}

// floors are the alternatives that can have standing instances beside those
// that always have one.
var floors = []string{"aws-lambda", "aws-lambda-arm", "gcp-cloud-run", "gcp-cloud-run-instance", "azure-flex", "azure-container-apps", "ibm-code-engine"}

func (r *runner) variants(a alternative, peak int) (out []choice) {
	memories := []int64{0}
	if a.CPU == "lambda" && r.in.ShareKnown && len(r.in.Functions) == 1 {
		sizes, _ := r.in.sizes()
		memories = append(memories, sizes...)
	}
	for _, memory := range memories {
		for _, concurrency := range r.concurrencies(a) {
			c := asIs(a)
			c.memory, c.concurrency = memory, concurrency
			for _, c.provisioned = range r.floorsOf(&c, peak) {
				out = append(out, c)
			}
		}
	}
	return out
}

// floorsOf are the numbers of standing instances to look at: what was asked for;
// else none, or as many as the plan has always, and more, up to the first power of
// two that takes the peak of the load. nil: the plan has not what was asked for.
func (r *runner) floorsOf(c *choice, peak int) []int {
	least, err := strconv.Atoi(c.Provisioned)
	always := err == nil
	can := always || slices.Contains(floors, c.Name)
	switch {
	case r.in.Provisioned > 0 && (!can || r.in.Provisioned < least):
		return nil
	case r.in.Provisioned > 0:
		return []int{r.in.Provisioned}
	case !can:
		return []int{0}
	}
	most := r.instancesFor(c, peak)
	out := []int{least}
	for n := 1; ; n *= 2 {
		if n > least {
			out = append(out, n)
		}
		if float64(n) >= most && n > least {
			return out
		}
	}
}

// instancesFor is how many instances serve so many requests of a function at
// once, as long as these take on the plan.
func (r *runner) instancesFor(c *choice, peak int) float64 {
	in, slowest := r.in, 0.0
	for i := range in.Functions {
		memory := in.Functions[i].Memory
		if c.memory > 0 {
			memory = c.memory
		}
		slowest = max(slowest, in.slowdown(i, c.CPU, memory, likely))
	}
	n := float64(peak) * slowest
	vcpu, err := strconv.ParseFloat(c.CPU, 64)
	if !c.Shared || err != nil {
		return n
	}
	side := math.MaxInt32
	if told := cmp.Or(c.concurrency, in.Concurrency); told > 0 {
		side = told
	}
	return n / min(float64(side), abreast(vcpu, in.CPUShare.Likely, side))
}

// concurrencies are what an instance may be told to take: as many requests as
// the platform has by itself, what its CPU is for, and one.
func (r *runner) concurrencies(a alternative) []int {
	if !a.Shared || r.in.Concurrency > 0 {
		return []int{0}
	}
	vcpu, err := strconv.ParseFloat(a.CPU, 64)
	if err != nil {
		return []int{0}
	}
	out := []int{0, 1}
	if share := r.in.CPUShare.Likely; share > 0 && vcpu/share >= 1.5 {
		out = append(out, int(math.Round(min(vcpu/share, 1000))))
	}
	return out
}

// setting says in words what a candidate is.
func (c *Candidate) setting() string {
	s := c.subject
	f := s.functions[0]
	text := fmt.Sprintf("%s, %d MB", s.tariff.Title, f.Memory)
	if n := s.platform.Sim.Concurrency; n > 1 {
		text += fmt.Sprintf(", %d requests at a time", n)
	}
	switch {
	case s.provisioned == 1:
		text += ", 1 instance always ready"
	case s.provisioned > 1:
		text += fmt.Sprintf(", %d instances always ready", s.provisioned)
	}
	return text + fmt.Sprintf(", %s of duration", Clock(s.duration))
}
