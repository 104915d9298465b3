package sim

import "fmt"

// crowdMost is how many instances, and how many requests that have not ended, the
// functions of a shard have at a time at most: a few hundred bytes each. Who has
// more has forgotten a limit, or a trace whose requests never end.
const crowdMost = 1 << 21

// Crowd is more instances or requests at a time than a run can hold.
type Crowd struct {
	What     string // instances or requests
	Function string // whose came last
	At       Time
	Most     int
}

// Error implements error.
func (e *Crowd) Error() string {
	return fmt.Sprintf("more than %d %s at a time, of %s and the functions that it shares instances or a limit with, %.6g s after the start: want fewer arrivals, shorter requests, or a limit",
		e.Most, e.What, e.Function, float64(e.At)/float64(Second))
}

// crowded ends the run where there are too many of something already.
func (s *shard) crowded(have int, what string, f uint32, now Time) {
	if have >= s.config.crowd() {
		panic(refusal{&Crowd{what, s.all[f].ID(), now, s.config.crowd()}})
	}
}

// crowd is the bound; tests have a lower one.
func (c *Config) crowd() int {
	if c.most > 0 {
		return c.most
	}
	return crowdMost
}

// uncertified reports whether a pass took some account limit not to bind, and
// enforces it for the next one.
func (r *run) uncertified(enforced []bool) (some bool) {
	for k, g := range r.grids {
		if g != nil {
			enforced[k], some = true, true
		}
	}
	return some
}
