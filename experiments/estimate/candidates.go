package estimate

import (
	"fmt"
	"math"
	"slices"
	"strconv"
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
func (r *runner) candidates(ld *load) (*foundPlans, error) {
	all, leftOut, err := r.alternatives()
	if err != nil {
		return nil, err
	}
	out := &foundPlans{leftOut: leftOut}
	for _, a := range all {
		if a.Kind == ProvisionedKind {
			continue // provisioned ones are variants of the others
		}
		for i, c := range r.variants(a, ld) {
			s, err := r.in.subject(c, r.catalog, ld, likely)
			if err != nil {
				return nil, err
			}
			if why := s.priced(); why != nil {
				if i == 0 {
					out.skipped = append(out.skipped, Skipped{a.Name, why.Error()})
				}
				continue
			}
			if s.wanted > s.provisioned {
				continue // more than the quota lets stand
			}
			found := &Candidate{Name: c.name(), choice: c, subject: s, worst: math.Inf(1)}
			out.all = append(out.all, found)
			if r.in.runsNow(&c) {
				out.now = found
			}
		}
	}
	if r.in.ShareKnown && len(r.in.Functions) == 1 && slices.ContainsFunc(all, func(a alternative) bool { return a.CPU == "lambda" }) {
		if _, untried := r.in.sizes(); untried != "" {
			out.leftOut = append(out.leftOut, untried)
		}
	}
	if len(out.all) == 0 {
		return nil, inputError("none of the plans has a price for this: %s: %s", out.skipped[0].Name, out.skipped[0].Reason)
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

func (r *runner) variants(a alternative, ld *load) (out []choice) {
	memories := []int64{0}
	if a.CPU == "lambda" && r.in.ShareKnown && len(r.in.Functions) == 1 {
		sizes, _ := r.in.sizes()
		memories = append(memories, sizes...)
	}
	for _, memory := range memories {
		for _, floor := range r.floorsOf(a, ld) {
			for _, concurrency := range r.concurrencies(a) {
				c := asIs(a)
				c.memory, c.provisioned, c.concurrency = memory, floor, concurrency
				out = append(out, c)
			}
		}
	}
	return out
}

// floorsOf are the numbers of standing instances to look at: none, and powers
// of two up to the mean load and four standard deviations.
func (r *runner) floorsOf(a alternative, ld *load) []int {
	if n, err := strconv.Atoi(a.Provisioned); err == nil {
		return []int{n, n + 1}
	}
	if !slices.Contains(floors, a.Name) {
		return []int{0}
	}
	load := ld.offered() / float64(len(ld.functions))
	most := above(load, 4) + 1
	if a.Shared {
		most /= abreast(1, r.in.CPUShare.Likely, math.MaxInt32)
	}
	out := []int{0, 1}
	for n := 2; float64(n) < 2*most; n *= 2 {
		out = append(out, n)
	}
	return out
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
	return text + fmt.Sprintf(", %s of duration", clock(s.duration))
}
