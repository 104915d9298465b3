package policies

import "math"

// The numbers of the trials.
const (
	coldWeight  = 0.5 // of what a strategy has fewer cold starts, against what it wastes more
	coldEnough  = 0.1 // ratio of cold starts below which what is wasted does not matter
	longestLag  = 10  // minutes by which a function may follow another
	followsPart = 0.7 // part of a function's active minutes that follow the other's
)

// trial is how a strategy does in the last days of training: cold starts an invocation, and
// idle minutes with an instance for each active one; infinite where it was not tried.
type trial struct{ cold, waste float64 }

var untried = trial{math.Inf(1), math.Inf(1)}

// assign tries three strategies for each function that fits no category: pulsed, possible
// and correlated.
func (s *spes) assign(end int) {
	split := end - s.minutes(s.Validate)
	early := s.minutes(s.Prewarm)
	for i := range s.functions {
		f := &s.functions[i]
		if f.category != unknown || len(f.counts.minutes) == 0 {
			continue
		}
		modes := repeated(sortedWaits(f.counts.runs(0, end).idle).modes(), mostModes)
		f.follows = s.followed(i, end)
		calls := 0
		for _, m := range f.counts.within(split, end) {
			calls += int(m.count)
		}
		switch {
		case calls == 0 && len(modes) > 0:
			f.category = possible
		case calls > 0:
			trials := [3]trial{untried, untried, untried}
			trials[0] = f.counts.try(split, end, calls, s.minutes(s.Pulsed), false, func(int) bool { return false })
			if len(modes) > 0 {
				trials[1] = s.tryPossible(f, modes, split, end, calls, early)
			}
			if len(f.follows) > 0 {
				trials[2] = s.tryCorrelated(f, split, end, calls, early)
			}
			f.category = pulsed + category(best(trials))
		}
		if f.category == unknown && len(modes) > 0 {
			f.category = possible
		}
		if f.category == possible {
			f.repeat(modes)
		}
		if f.category != correlated {
			f.follows = nil
		}
	}
}

// best chooses among the strategies.
func best(trials [3]trial) int {
	cold, waste := 0, 0
	for k, t := range trials {
		if t.cold < trials[cold].cold {
			cold = k
		}
		if t.waste < trials[waste].waste {
			waste = k
		}
	}
	c, w := trials[cold], trials[waste]
	switch {
	case cold == waste && c.cold < 1:
		return cold
	case cold < waste && c.cold == w.cold:
		return waste
	case waste < cold && c.waste == w.waste:
		return cold
	case c.cold <= coldEnough:
		return cold
	case c.cold == 1:
		return 0
	case coldWeight*(w.cold-c.cold)/c.cold <= (c.waste-w.waste)/w.waste:
		return cold
	}
	return waste
}

// try walks through the minutes of [from, end) and counts. An instance is there from an
// invocation, and from a minute that is flagged; it goes behind a minute that is not, after
// so many idle ones.
func (a *activity) try(from, end, calls, giveUp int, there bool, flagged func(minute int) bool) trial {
	set := a.set(from, end)
	wait := from
	if before := a.within(0, from); len(before) > 0 {
		wait = from - 1 - int(before[len(before)-1].at)
	}
	cold, wasted, used := 0, 0, 0
	for m := from; m < end; m++ {
		if set.has(m - from) {
			if used++; !there {
				cold++
			}
			there, wait = true, 0
			flagged(m)
			continue
		}
		wait++
		flag := flagged(m)
		if there {
			wasted++
			there = flag || wait < giveUp
		} else {
			there = flag
		}
	}
	return trial{float64(cold) / float64(calls), float64(wasted) / float64(used)}
}

// tryPossible tries to predict by repeated idle times.
func (s *spes) tryPossible(f *spesFunction, modes []mode, split, end, calls, early int) trial {
	p := prediction{category: possible}
	p.repeat(modes)
	set, there := f.counts.set(0, end), false
	if before := f.counts.within(0, split); len(before) > 0 {
		last := int(before[len(before)-1].at)
		p.predict(last)
		there = last == split-1
	}
	there = there || flags(p.spans, split, early)
	return f.counts.try(split, end, calls, 1, there, func(m int) bool {
		if set.has(m) {
			p.predict(m)
		}
		return flags(p.spans, m, early)
	})
}

// tryCorrelated tries to predict by the functions that it follows.
func (s *spes) tryCorrelated(f *spesFunction, split, end, calls, early int) trial {
	sets := make([]minuteSet, len(f.follows))
	spans := make([][]span, len(f.follows))
	leads := make([]prediction, len(f.follows))
	for k, l := range f.follows {
		by := &s.functions[l.function]
		sets[k], leads[k] = by.counts.set(0, end), by.prediction
		leads[k].spans = nil
		if before := by.counts.within(0, split); len(before) > 0 {
			spans[k] = leads[k].after(int(before[len(before)-1].at), l.lag)
		}
	}
	flagged := func(m int) bool {
		flag := false
		for k, l := range f.follows {
			if sets[k].has(m) {
				spans[k] = leads[k].after(m, l.lag)
			}
			flag = flag || flags(spans[k], m, early)
		}
		return flag
	}
	there := f.counts.set(0, end).has(split - 1)
	for _, sp := range spans {
		there = there || flags(sp, split, early)
	}
	return f.counts.try(split, end, calls, 1, there, flagged)
}

// after returns what an invocation in a minute leads to within a lag.
func (p *prediction) after(minute, lag int) []span {
	p.predict(minute)
	return p.leadsTo(minute, lag, 0)
}

// followed lists the functions of the scope that this one follows, each by its
// shortest lag: seven in ten of its active minutes are that long after one of the other's,
// and three in ten of its idle ones at most.
func (s *spes) followed(i, end int) []lead {
	var all []lead
	f := &s.functions[i]
	for k := range s.functions {
		by := &s.functions[k]
		if k == i || len(by.counts.minutes) == 0 {
			continue
		}
		own, other := f.counts.set(by.forgotten, end), by.counts.set(by.forgotten, end)
		for lag := 0; lag <= longestLag; lag++ {
			minutes := end - by.forgotten - lag
			active := own.from(lag)
			if minutes <= 0 || active == 0 || active == minutes {
				break
			}
			both := other.common(own, lag)
			before := other.until(minutes)
			if float64(both) >= followsPart*float64(active) && float64(before-both) <= (1-followsPart)*float64(minutes-active) {
				all = append(all, lead{k, lag})
				break
			}
		}
	}
	return all
}
