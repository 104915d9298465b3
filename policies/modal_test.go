package policies

import (
	"testing"

	"github.com/coldcurve/coldcurve/sim"
)

// The request of 0 starts A, and a buffer of one B; both are ready at 10. A serves from 10
// to 110. B stays idle, though its window of 60 s is over at 70, for somebody is busy; it
// serves the request of 50 at once, until 55. The look of that time, which
// comes after all else, finds two busy, and starts C, ready at 60; the looks from 55 on want A and B, so that C stops when it has
// been idle for 60 s, at 120. B's window ends at 115, when nobody is busy, and A's at 170.
// Without a buffer there are just those that serve.
func TestModal(t *testing.T) {
	p := sim.Platform{KeepAlive: Fixed{Window: 60e9}, Reuse: sim.LeastLoaded}
	load := [][2]float64{{0, 100}, {50, 5}}
	wantSpans(t, scaled(t, `{ name = "modal", buffer = 1 }`, p, load...), "f0 0-170", "f0 0-115", "f0 50-120")
	wantSpans(t, scaled(t, `{ name = "modal" }`, p, load...), "f0 0-170", "f0 50-125")
}

// With the end of what is busy the buffer goes: B has been idle since 10, and its
// window is over at 70, so it stops at 110 with the end of the request.
func TestModalBufferEndsWithActivity(t *testing.T) {
	p := sim.Platform{KeepAlive: Fixed{Window: 60e9}, Reuse: sim.LeastLoaded}
	wantSpans(t, scaled(t, `{ name = "modal", buffer = 1 }`, p, [2]float64{0, 100}), "f0 0-170", "f0 0-110")
}
