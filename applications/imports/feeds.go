package imports

// feeds lets what is written to a table or bucket arrive at its stream, or at what its
// objects start, where something of the application writes to it; else what arrives is
// from outside. A store feeds one trigger. Who is started by what is written, and writes
// there itself, would start itself for ever: what it writes is kept apart by a filter, or
// by its own care, and does not arrive.
func (t *template) feeds(store, tr *item, kind string, ops ...string) {
	tr.from += ": what is written to the " + kind + " arrives here"
	t.later = append(t.later, func() {
		own, others := false, false
		reached := t.d.reached(tr.start)
		t.d.eachUse(store.name, func(caller string, op *value) {
			for _, o := range ops {
				writes := op.raw == str(o).raw
				own = own || writes && reached[caller]
				others = others || writes && !reached[caller]
			}
		})
		switch {
		case own:
			tr.from += ", but for what it starts and writes there itself; give all arrivals"
		case !others:
		case store.get("feeds") != nil:
			tr.from += "; the " + kind + " feeds another trigger too: give the arrivals that its writes are"
		default:
			store.set("feeds", str(tr.name), "")
			tr.drop("arrivals")
			tr.from += "; add arrivals where others write to it"
		}
	})
}

// reached are the functions and flows that one starts or calls, over triggers and others,
// and itself.
func (d *Draft) reached(start string) map[string]bool {
	seen := map[string]bool{}
	for queue := []string{start}; len(queue) > 0; queue = queue[1:] {
		name := queue[0]
		if seen[name] {
			continue
		}
		seen[name] = true
		found := map[string]bool{}
		for _, it := range d.functions {
			if it.name == name {
				for i := range it.fields {
					it.fields[i].collect([]string{"call", "send"}, found)
				}
			}
		}
		for _, f := range d.flows {
			if f.name == name {
				for _, s := range f.written() {
					for i := range s.fields {
						s.fields[i].collect([]string{"call", "to", "send"}, found)
					}
				}
			}
		}
		for _, tr := range d.triggers {
			if tr.name == name {
				found[tr.start] = true
			}
		}
		for next := range found {
			queue = append(queue, next)
		}
	}
	return seen
}
