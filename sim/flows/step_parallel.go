package flows

import "github.com/coldcurve/coldcurve/sim"

// parallelStep begins all branches; it ends with the last of them, or fails with the
// first that does. Its payload is then theirs together.
func (a *actor) parallelStep(i int32) {
	f := &a.frames.items[i]
	branches := a.g.Steps[f.step].Branches
	if len(branches) == 0 {
		a.leaveStep(i, a.g.Steps[f.step].Next)
		return
	}
	exec, key, attempt, payload := f.exec, f.stepKey, uint32(f.attempt), f.payload
	at := a.awaitChildren(i, int64(len(branches)), int64(len(branches)))
	a.frames.items[i].next = int64(len(branches))
	for b, first := range branches {
		a.addChild(exec, i, first, sim.MadeKey(key, attempt, uint32(b)), uint32(b), payload, at, noPath)
	}
}
