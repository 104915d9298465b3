package workloads

import "fmt"

// Unsteady says of which function the arrivals are not stationary, and why: "" where all
// arrive at one rate from the start to the end. A run of others has no state in which it
// settles, or takes states that last for longer than gaps do.
func (s *Synthetic) Unsteady() string {
	for i := range s.functions {
		if why := unsteady(s.groups[s.loads[i].group].arrivals); why != "" {
			return fmt.Sprintf("the arrivals of function %s %s", s.functions[i].ID(), why)
		}
	}
	return ""
}

// unsteady says why a process is not stationary at one rate; "": it is.
func unsteady(p Process) string {
	switch p := p.(type) {
	case Poisson, GammaRenewal, WeibullRenewal, Periodic:
		return ""
	case Diurnal:
		return "(diurnal) follow the day"
	case MMPP:
		return "(mmpp) come in bursts"
	case Steps:
		return "(steps) change at given times"
	default:
		return fmt.Sprintf("(%T) may change with time", p)
	}
}
