package flows

// serving is what an actor has of services, of bodies, of routes and of networks.
type serving struct {
	errands    pool[errand]
	operations pool[operation]
	tries      pool[routeTry]
	partitions map[partition]*tokens
	outages    outages
	services   []serviceState
	functions  []functionState
	states     map[uint64]*kept // by instance
	targets    []target         // of all routes
	first      []int32          // by step: its first target
	lookups    [][]Use          // by step: of a route's cache
	under      []int32          // by function: requests under way
	uncounted  ServiceTally
}

func newServing(g *Graph, p *plan) serving {
	s := serving{
		partitions: map[partition]*tokens{}, outages: newOutages(g), services: newServiceStates(g, p),
		functions: newFunctionStates(g, p), states: map[uint64]*kept{}, under: make([]int32, len(g.Functions)),
	}
	s.targets, s.first = newTargets(g)
	s.lookups = make([][]Use, len(g.Steps))
	for i := range g.Steps {
		if r := g.Steps[i].Route; r != nil && r.Lookup != nil {
			s.lookups[i] = []Use{*r.Lookup}
		}
	}
	return s
}
