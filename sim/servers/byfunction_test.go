package servers

import (
	"testing"

	"github.com/coldcurve/coldcurve/sim"
)

// TestByFunction: a deployment has the factory of its first function, and what shares an
// account shares it within the deployment.
func TestByFunction(t *testing.T) {
	quick, slow := Batch{Size: 1, Base: 2}, Batch{Size: 1, Base: 3}
	by := ByFunction{quick, slow, sharingOnce{slow}}
	for function, want := range map[uint32]sim.Time{0: 2, 1: 3, 2: 3} {
		g := sim.Group{Functions: []uint32{function}, All: make([]sim.Function, 3)}
		for _, server := range []sim.Server{by.Sharing(g).New(g), by.New(g)} {
			server.Offer(0, sim.ServerRequest{ID: 1, Function: function})
			if end := server.Next(); end != want {
				t.Errorf("a batch of function %d ends at %d, want %d", function, end, want)
			}
		}
	}
	if _, shared := by.Sharing(sim.Group{Functions: []uint32{2}}).(Batch); !shared {
		t.Error("the factory of an account is not asked for that of the deployment")
	}
}

// sharingOnce is a factory whose deployments have one of their own.
type sharingOnce struct{ of Batch }

func (s sharingOnce) New(g sim.Group) sim.Server          { return s.of.New(g) }
func (s sharingOnce) Sharing(sim.Group) sim.ServerFactory { return s.of }
