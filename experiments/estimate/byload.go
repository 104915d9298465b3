package estimate

import (
	"cmp"
	"slices"
)

// byLoad returns the functions, those first whose requests take the most time
// together, and of as much those of the most requests.
func (in *Input) byLoad() []*Function {
	out := make([]*Function, len(in.Functions))
	for i := range out {
		out[i] = &in.Functions[i]
	}
	slices.SortStableFunc(out, func(f, g *Function) int {
		return cmp.Or(cmp.Compare(timeOf(g), timeOf(f)), cmp.Compare(requestsOf(g), requestsOf(f)))
	})
	return out
}

// part is what the functions from a place of that order on have of a sum.
func (in *Input) part(from int, of func(*Function) float64) float64 {
	rest, all := 0.0, 0.0
	for i, f := range in.byLoad() {
		all += of(f)
		if i >= from {
			rest += of(f)
		}
	}
	return rest / all
}

// requestsOf is how many requests a function has: in a log, or a second.
func requestsOf(f *Function) float64 {
	if f.seen != nil && f.seen.count > 0 {
		return float64(f.seen.count)
	}
	return f.Rate.Likely
}

// timeOf is how long they take together, ns.
func timeOf(f *Function) float64 {
	if f.seen != nil && f.seen.mean > 0 {
		return requestsOf(f) * f.seen.mean * f.seen.resized
	}
	return requestsOf(f) * f.Duration.Likely
}
