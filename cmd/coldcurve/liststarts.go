package main

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/coldcurve/coldcurve/internal/spec"
	"github.com/coldcurve/coldcurve/sim"
	"github.com/coldcurve/coldcurve/workloads"
	"github.com/coldcurve/coldcurve/workloads/starts"
)

// startEntries are the measured starts and bandwidths that an experiment can name,
// and the keys of a phase that loads bytes.
func startEntries() ([]listEntry, error) {
	all, err := starts.All()
	if err != nil {
		return nil, err
	}
	bandwidths, err := starts.Bandwidths()
	if err != nil {
		return nil, err
	}
	var list []listEntry
	for i := range all {
		list = append(list, startEntry(&all[i]))
	}
	for _, b := range bandwidths {
		list = append(list, listEntry{
			Name: b.Name, Kind: "bandwidth", Heading: "measured bandwidths", Help: fmt.Sprintf("%s: %.2f·10⁹ bytes a second", b.Title, float64(b.Rate)/1e9),
			Facts: []listFact{{"grade", b.Grade}, {"error", b.Error}}, Source: b.Source, Legends: []string{starts.Grades},
		})
	}
	return append(list, listEntry{
		Name: "phase", Kind: "table", Heading: "keys", Help: "the table of a phase that loads bytes", Params: newParams(workloads.TransferParams()),
	}), nil
}

func startEntry(s *starts.Start) listEntry {
	e := listEntry{Name: s.Name, Kind: "start", Heading: "measured starts", Help: s.Title, Notes: s.Notes, Source: s.Source, Legends: []string{starts.Grades}}
	if sum, whole := s.Sum(); whole {
		e.Help += ": " + startSeconds(sum)
	}
	for _, p := range s.Parts {
		what := p.What
		if p.Bytes > 0 {
			what = fmt.Sprintf("%s of %.1f·10⁹ bytes", what, p.Bytes/1e9)
		}
		e.Values = append(e.Values, listValue{p.Phase.String(), strings.Trim(p.Takes.String(), `"`), s.Grade, what})
	}
	if s.StandsFor != nil {
		var names []string
		for _, p := range s.StandsFor {
			names = append(names, p.String())
		}
		e.Facts = append(e.Facts, listFact{"restore stands for", strings.Join(names, ", ")})
	}
	return e
}

// startSeconds writes a start's length as sources print it: in seconds.
func startSeconds(t sim.Time) string {
	return strconv.FormatFloat(spec.Duration(t).Seconds(), 'f', -1, 64) + " s"
}
