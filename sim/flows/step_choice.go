package flows

// choiceStep takes the first case that holds; where none does the step fails. A case
// holds where all of its conditions do:
//
//   - Probability: one uniform is drawn for each entry of the choice, and the
//     probabilities of the list, in order, are parts of [0, 1) one behind the other; it
//     holds where the uniform lies in its own part. So a probability is of all that
//     reach the choice, and what is independent of it (a size) takes from each part
//     alike.
//   - SizeAbove: the payload is larger.
//   - EnteredMore: this entry is one of those after the first so many of the choice in
//     its list.
//   - one without a condition holds, and so does Otherwise.
func (a *actor) choiceStep(i int32) {
	f := &a.frames.items[i]
	s := &a.g.Steps[f.step]
	u, from := a.uniform(drawChoice, a.keyOf(f), 0), 0.0
	entered := 1
	if k := a.plan.loops[f.step]; k != None {
		entered = int(a.loops.items[f.loops][k])
	}
	for k := range s.Choice {
		c := &s.Choice[k]
		holds := true
		if c.Probability > 0 {
			to := from + c.Probability
			holds = from <= u && u < to
			from = to
		}
		holds = holds && (c.SizeAbove == 0 || f.payload > c.SizeAbove) && (c.EnteredMore == 0 || entered > c.EnteredMore)
		if holds || c.Otherwise {
			a.leaveAt(i, a.now+a.state(i), c.Next)
			return
		}
	}
	a.failStep(i, OnFailed)
}
