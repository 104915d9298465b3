package policies

import "slices"

// Standing is a prewarm policy that surely asks for some number of instances of each
// deployment at some time, whatever comes.
type Standing interface {
	About() Entry
	// Standing returns the most that it surely asks for.
	Standing() int
}

var _, _, _ Standing = Provisioned{}, ProvisionedSchedule{}, ProvisionedTargetTracking{}

// Standing returns the count.
func (p Provisioned) Standing() int { return p.Count }

// Standing returns the largest count of the schedule.
func (p ProvisionedSchedule) Standing() int {
	if len(p.Times) == 0 {
		return p.Count
	}
	most := slices.MaxFunc(p.Times, func(x, y ScheduledCount) int { return x.Count - y.Count })
	return max(p.Count, most.Count)
}

// Standing returns the least that always stand.
func (p ProvisionedTargetTracking) Standing() int { return p.Min }
