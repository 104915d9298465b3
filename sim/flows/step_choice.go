package flows

// choiceStep takes the first case that holds.
func (a *actor) choiceStep(i int32) {
	f := &a.frames.items[i]
	s := &a.g.Steps[f.step]
	u, sum := a.uniform(drawChoice, a.keyOf(f), 0), 0.0
	for k := range s.Choice {
		c := &s.Choice[k]
		holds := c.Otherwise || c.SizeAbove > 0 && f.payload > c.SizeAbove || c.EnteredMore > 0 && int(f.round) >= c.EnteredMore
		if c.Probability > 0 {
			sum += c.Probability
			holds = holds || u < sum
		}
		if holds {
			a.leaveStep(i, c.Next)
			return
		}
	}
	a.failStep(i, OnFailed) // no case holds
}
