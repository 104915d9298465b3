package imports

// Counts are what a definition holds.
type Counts struct {
	Functions, Triggers, Stores int
	Flows                       []FlowCounts
}

// FlowCounts are the counts of one flow.
type FlowCounts struct {
	Name, Engine string
	// Kinds are the states or steps of the definition by type, those that nothing
	// leads to as well.
	Kinds map[string]int
	// Steps are those that were written.
	Steps int
	// Least and Most are the states entered on the shortest and the longest way
	// without errors that enters none twice, where a map has as many items as the
	// definition says, or one.
	Least, Most int
	// Caught is the longest such way where errors are caught.
	Caught int
}

// Counts counts what the draft holds.
func (d *Draft) Counts() Counts {
	c := Counts{Functions: len(d.functions), Triggers: len(d.triggers), Stores: len(d.stores)}
	for _, f := range d.flows {
		well, caught := f.ways(false), f.ways(true)
		c.Flows = append(c.Flows, FlowCounts{f.name, f.engine, f.kinds, len(f.written()), well.least, well.most, caught.most})
	}
	return c
}

// States is how many states or steps the definition has.
func (c *FlowCounts) States() (n int) {
	for _, of := range c.Kinds {
		n += of
	}
	return n
}

// ways are those from the first step to the end, with errors that are caught or without.
func (f *flow) ways(errors bool) way {
	if len(f.list) == 0 {
		return way{}
	}
	w := walker{map[*step]*way{}, errors}
	return *w.from(f.list[0])
}

// way is how many states are entered from a step on to the end.
type way struct {
	least, most int
	ends        bool // there is one
	open        bool // it is being walked: who comes back here is on a round
}

type walker struct {
	known  map[*step]*way
	errors bool
}

// from walks depth first. An edge back to a step that is being walked closes a
// round, and is left out: what remains has no rounds.
func (w *walker) from(s *step) *way {
	if known := w.known[s]; known != nil {
		return known
	}
	v := &way{open: true}
	w.known[s] = v
	self := w.below(s)
	if s.ends {
		v.take(0, 0)
	}
	after := s.after()
	if w.errors {
		for _, c := range s.catch {
			after = append(after, c.next)
		}
	}
	for _, next := range after {
		if next == nil {
			v.take(0, 0)
			continue
		}
		if n := w.from(next); !n.open && n.ends {
			v.take(n.least, n.most)
		}
	}
	v.least, v.most = v.least+self.least, v.most+self.most
	v.open = false
	return v
}

func (v *way) take(least, most int) {
	if !v.ends {
		v.least, v.most, v.ends = least, most, true
		return
	}
	v.least, v.most = min(v.least, least), max(v.most, most)
}

// below is the step itself and what its branches enter.
func (w *walker) below(s *step) way {
	self := way{least: s.weight, most: s.weight}
	for _, branch := range s.branches {
		b := w.from(branch[0])
		times := 1
		if s.items > 0 {
			times = s.items
		}
		self.least += times * b.least
		self.most += times * b.most
	}
	return self
}
