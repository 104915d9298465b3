package lifetimes

import (
	"cmp"
	"math"
	"slices"
)

// Use is a request that an instance has served. Times are seconds from any beginning.
type Use struct {
	Arrival, End float64
	Instance     string
	Cold         bool
	Line         int // of the log
}

// Log is a log of the requests of one function, by arrival.
type Log struct {
	Name string
	Uses []Use

	columns bool // each record has all

	overlaps, overlapLine int // requests that began while another ran on their instance, and the line of the first
}

// life is what is known of an instance.
type life struct {
	gaps    []float64 // idle times that it survived
	known   bool      // when it was started
	age     float64   // at the end of its last request, where known
	gone    bool      // a cold start says so
	idle    float64   // by when it was gone: idle for that long
	goneAge float64   // … and that old
}

// lives reads what a log tells of its instances, in the order of their first requests.
func (l *Log) lives() []life {
	type span struct {
		life
		born, end float64
	}
	of := map[string]int{}
	var all []span
	var colds []float64
	for i := range l.Uses {
		u := &l.Uses[i]
		if u.Cold {
			colds = append(colds, u.Arrival)
		}
		k, ok := of[u.Instance]
		if !ok {
			k = len(all)
			of[u.Instance] = k
			all = append(all, span{life: life{known: u.Cold}, born: u.Arrival, end: u.End})
			continue
		}
		s := &all[k]
		if gap := u.Arrival - s.end; gap > 0 {
			s.gaps = append(s.gaps, gap)
		}
		s.end = max(s.end, u.End)
	}
	out := make([]life, len(all))
	for k := range all {
		s := &all[k]
		s.age = s.end - s.born
		if i, _ := slices.BinarySearchFunc(colds, s.end, func(cold, end float64) int { return cmp.Compare(cold, math.Nextafter(end, math.Inf(1))) }); i < len(colds) {
			s.gone, s.idle, s.goneAge = true, colds[i]-s.end, colds[i]-s.born
		}
		out[k] = s.life
	}
	return out
}
