package flows

import "github.com/coldcurve/coldcurve/sim"

// body is a request to an Open function that its instance serves: it goes on until
// what the function waits for is there.
type body struct {
	request sim.Handle
	call    ref
	use     int32 // that is under way
	began   sim.Time
}

// began is told that the service of an Open function has begun: its own time first.
func (a *actor) began(b *sim.Began) {
	panic("flows: no function waits yet")
}
