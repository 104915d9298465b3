package results

import (
	"fmt"
	"math"

	"github.com/coldcurve/coldcurve/sim"
)

// reportStarts are what the initialisations of a cell were made of, those that a
// request waited for, and what was loaded from where.
type reportStarts struct {
	Name   string
	Cell   int
	Of     string // how many there were, and what is not among them
	Phases []reportPhase
	Loads  []reportLoad
}

// reportPhase is a phase, or the whole: the last one.
type reportPhase struct {
	Name, Mean string
	Share      int // of the whole, in %
	seconds    float64
}

// wholePhase is the name of the whole among the phases.
const wholePhase = "whole"

// reportLoad is how often a phase loaded from a store.
type reportLoad struct {
	Phase, Store, Count string
	Share               int // of the phase's, in %
}

// reportStarts lists the cells that have any.
func (s *Set) reportStarts(d detail) (out []reportStarts) {
	for _, i := range d.rows {
		var all Lives
		var loads []Load
		for _, r := range s.Cells[d.all[i].Cell].Replications {
			all.Created += r.Lives.Created
			all.Prewarmed += r.Lives.Prewarmed
			for p := range all.Phases {
				all.Phases[p].AddWide(r.Lives.Phases[p])
			}
			loads = addLoads(loads, r.Loads)
		}
		line := reportStarts{Name: d.names[i], Cell: d.all[i].Cell, Phases: phaseLines(&all), Loads: storeLines(loads)}
		if line.Phases == nil && line.Loads == nil {
			continue
		}
		line.Of = thousands(float64(all.Created-all.Prewarmed)) + " starts"
		if all.Prewarmed > 0 {
			line.Of += fmt.Sprintf("; %s more ahead of any request", thousands(float64(all.Prewarmed)))
		}
		out = append(out, line)
	}
	return out
}

// phaseLines are the phases that took any time, and the whole; nil where none did.
func phaseLines(l *Lives) (out []reportPhase) {
	var total sim.Wide
	for p := range l.Phases {
		total.AddWide(l.Phases[p])
	}
	n := l.Created - l.Prewarmed
	if n == 0 || total.IsZero() {
		return nil
	}
	for p, sum := range l.Phases {
		if !sum.IsZero() {
			out = append(out, reportPhase{sim.Phase(p).String(), seconds3(over(sum, n)), int(math.Round(100 * sum.Float() / total.Float())), over(sum, n)})
		}
	}
	return append(out, reportPhase{wholePhase, seconds3(over(total, n)), 100, over(total, n)})
}

// addLoads adds the loads of a replication to those of others of its cell.
func addLoads(sum, more []Load) []Load {
	for _, l := range more {
		known := false
		for i := range sum {
			if sum[i].Phase == l.Phase && sum[i].Store == l.Store {
				sum[i].Count += l.Count
				known = true
			}
		}
		if !known {
			sum = append(sum, l)
		}
	}
	return sum
}

func storeLines(loads []Load) (out []reportLoad) {
	of := map[string]uint64{}
	for _, l := range loads {
		of[l.Phase] += l.Count
	}
	for _, l := range loads {
		out = append(out, reportLoad{l.Phase, l.Store, thousands(float64(l.Count)), int(math.Round(100 * float64(l.Count) / float64(of[l.Phase])))})
	}
	return out
}
