package costmodel

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/coldcurve/coldcurve/internal/spec"
	"github.com/coldcurve/coldcurve/sim"
)

// Hours is a part of each day, UTC, that has prices of its own.
type Hours struct {
	Name   string     `toml:"name" required:"true" help:"what the meters of these hours begin with: peak_input_tokens"`
	Ranges []DayRange `toml:"times" required:"true" help:"as in [\"01:00-04:00\", \"22:00-00:30\"], UTC"`
}

// DayRange is a range of the day: [From, Until), of which the latter may be on
// the next day. Both are times since midnight, UTC, From in [0, 24 h).
type DayRange struct{ From, Until sim.Time }

// UnmarshalText reads "22:00-00:30"; seconds may follow the minutes.
func (r *DayRange) UnmarshalText(b []byte) error {
	from, until, ok := strings.Cut(string(b), "-")
	if ok {
		var okFrom, okUntil bool
		r.From, okFrom = clock(from)
		r.Until, okUntil = clock(until)
		ok = okFrom && okUntil && r.From != r.Until && r.From < sim.Day
	}
	if !ok {
		return fmt.Errorf(`found %q, want a range of the day such as "22:00-00:30"`, b)
	}
	if r.Until < r.From {
		r.Until += sim.Day
	}
	return nil
}

var clockForm = regexp.MustCompile(`^([0-2][0-9]):([0-5][0-9])(?::([0-5][0-9]))?$`)

// clock reads a time of the day, up to 24:00.
func clock(text string) (sim.Time, bool) {
	m := clockForm.FindStringSubmatch(text)
	if m == nil {
		return 0, false
	}
	var t sim.Time
	for i, unit := range []sim.Time{sim.Hour, sim.Minute, sim.Second} {
		n, _ := strconv.Atoi(m[i+1]) // "" is 0
		t += sim.Time(n) * unit
	}
	return t, t <= sim.Day
}

// String returns the range as it is read.
func (r DayRange) String() string { return clockText(r.From) + "-" + clockText(r.Until) }

func clockText(t sim.Time) string {
	if t != sim.Day {
		t %= sim.Day
	}
	s := fmt.Sprintf("%02d:%02d", t/sim.Hour, t/sim.Minute%60)
	if sec := t / sim.Second % 60; sec > 0 {
		s += fmt.Sprintf(":%02d", sec)
	}
	return s
}

// parts are the range's parts within one day.
func (r DayRange) parts() []DayRange {
	if r.Until <= sim.Day {
		return []DayRange{r}
	}
	return []DayRange{{r.From, sim.Day}, {0, r.Until - sim.Day}}
}

// Contains tells whether a time since midnight, UTC, within a day lies in the
// range.
func (r DayRange) Contains(t sim.Time) bool {
	return r.From <= t && t < r.Until || t+sim.Day < r.Until
}

// String returns the hours as a reader wants them: "peak 01:00-04:00, 06:00-10:00 UTC".
func (h Hours) String() string {
	texts := make([]string, len(h.Ranges))
	for i, r := range h.Ranges {
		texts[i] = r.String()
	}
	return h.Name + " " + strings.Join(texts, ", ") + " UTC"
}

var hoursName = regexp.MustCompile(`^[a-z][a-z0-9]*$`)

// beginsMeter tells whether meters of other prices begin with the name of some
// hours.
func beginsMeter(name string) bool {
	return strings.HasPrefix(name, "long") || name+"_" == batchPrefix || strings.HasPrefix(feeMeter, name+"_") ||
		slices.ContainsFunc(tokenMeters[:], func(m string) bool { return strings.HasPrefix(m, name+"_") })
}

// checkHours sees that each moment of a day has one price.
func checkHours(n *spec.Node, all []Hours) error {
	if len(all) > maxClasses {
		return n.Errorf("found %d hours, want at most %d", len(all), maxClasses)
	}
	var taken []DayRange
	for i, h := range all {
		at := n.Get(strconv.Itoa(i))
		switch {
		case !hoursName.MatchString(h.Name) || beginsMeter(h.Name):
			return at.Get("name").Errorf("found %q, want lower-case letters and digits that begin no other meter, such as \"peak\"", h.Name)
		case slices.ContainsFunc(all[:i], func(o Hours) bool { return o.Name == h.Name }):
			return at.Get("name").Errorf("hours %q stand twice", h.Name)
		case len(h.Ranges) == 0:
			return at.Get("times").Errorf("found no range of the day, want at least one")
		}
		for k, r := range h.Ranges {
			for _, p := range r.parts() {
				for _, q := range taken {
					if p.From < q.Until && q.From < p.Until {
						return at.Get("times", strconv.Itoa(k)).Errorf("%s overlaps with %s, which is taken", r, q)
					}
				}
				taken = append(taken, p)
			}
		}
	}
	return nil
}
