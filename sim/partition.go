package sim

import (
	"cmp"
	"slices"
)

// partition says which functions share a deployment, which share a policy
// object, and which must run in one shard.
type partition struct {
	functions  []Function
	on         []PlatformID // by function; nil: all on the first
	deployment classes
	scope      classes
	parts      [][]uint32 // functions of each shard, ascending; the heaviest shard first
}

// platform returns the platform of a function.
func (p *partition) platform(f uint32) PlatformID {
	if p.on == nil {
		return 0
	}
	return p.on[f]
}

// classes groups functions: each class is known by its lowest function.
type classes struct {
	lowest  []uint32            // function → lowest function of its class
	members map[uint32][]uint32 // lowest → members, where there are more than one
	self    []uint32            // function → itself
}

// of returns the members of the class of that lowest function, ascending.
func (c *classes) of(lowest uint32) []uint32 {
	if m, ok := c.members[lowest]; ok {
		return m
	}
	return c.self[lowest : lowest+1 : lowest+1]
}

// classify puts functions of equal key into one class.
func classify[K comparable](n int, key func(f uint32) K) classes {
	c := classes{lowest: make([]uint32, n), members: map[uint32][]uint32{}, self: make([]uint32, n)}
	first := make(map[K]uint32, n)
	for i := range uint32(n) {
		k := key(i)
		low, ok := first[k]
		if !ok {
			low = i
			first[k] = low
		} else {
			if len(c.members[low]) == 0 {
				c.members[low] = []uint32{low}
			}
			c.members[low] = append(c.members[low], i)
		}
		c.lowest[i], c.self[i] = low, i
	}
	return c
}

// union joins sets of functions; the lowest function of a set stands for it.
type union []uint32

func newUnion(n int) union {
	u := make(union, n)
	for i := range u {
		u[i] = uint32(i)
	}
	return u
}

func (u union) find(f uint32) uint32 {
	for u[f] != f {
		u[f] = u[u[f]]
		f = u[f]
	}
	return f
}

func (u union) join(a, b uint32) {
	a, b = u.find(a), u.find(b)
	u[max(a, b)] = min(a, b)
}

// joinAll joins all functions of a class.
func (u union) joinAll(c *classes) {
	for f, low := range c.lowest {
		u.join(uint32(f), low)
	}
}

// ownerApp names an application on a platform. A function without one is an
// application of its own.
type ownerApp struct {
	platform   PlatformID
	owner, app string
	alone      uint32 // 1 + the function, where it has no app
}

// newPartition divides the functions: together run those that share a
// deployment, a policy, what a platform has for all of its functions (an account limit
// that is enforced, a fleet, stores, nodes), or between which a follower makes requests.
// enforced tells of each platform whether its account limit is.
func newPartition(c *Config, enforced []bool) *partition {
	functions := c.Workload.Functions()
	n := len(functions)
	plan := &partition{functions: functions, on: c.On}
	platform := plan.platform
	app := func(f uint32) ownerApp {
		if functions[f].App == "" {
			return ownerApp{platform: platform(f), alone: f + 1}
		}
		return ownerApp{platform: platform(f), owner: functions[f].Owner, app: functions[f].App}
	}
	alone := func(f uint32) ownerApp { return ownerApp{alone: f + 1} }
	plan.deployment = classify(n, func(f uint32) ownerApp {
		if c.Platforms[platform(f)].Unit == PerApp && !functions[f].Outside {
			return app(f)
		}
		return alone(f)
	})
	plan.scope = classify(n, func(f uint32) ownerApp {
		switch p := &c.Platforms[platform(f)]; {
		case functions[f].Outside:
			return alone(f)
		case p.KeepAlive.Scope() == ScopeAccount:
			return ownerApp{platform: platform(f)}
		case p.KeepAlive.Scope() == ScopeOwner && functions[f].Owner != "":
			return ownerApp{platform: platform(f), owner: functions[f].Owner}
		case p.KeepAlive.Scope() == ScopeApp || p.KeepAlive.Scope() == ScopeOwner || p.Unit == PerApp:
			return app(f)
		}
		return alone(f)
	})
	together := newUnion(n) // a scope holds whole deployments
	together.joinAll(&plan.scope)
	for k := range enforced {
		if p := &c.Platforms[k]; enforced[k] || p.Limit.Fleet > 0 || p.Stores != nil || p.Cluster != nil || p.Pool != nil {
			accounts := classify(n, func(f uint32) ownerApp {
				if int(platform(f)) == k && !functions[f].Outside {
					return ownerApp{}
				}
				return alone(f)
			})
			together.joinAll(&accounts)
		}
	}
	if c.coupled {
		all := classify(n, func(uint32) ownerApp { return ownerApp{} })
		together.joinAll(&all)
	}
	if c.Follow != nil {
		for _, set := range c.Follow.Joined() {
			for _, f := range set {
				together.join(set[0], f)
			}
		}
	}
	shards := classify(n, together.find)
	plan.parts = plan.shards(&shards)
	return plan
}

// shards lists the parts, the heaviest first, so that workers end together.
func (p *partition) shards(c *classes) [][]uint32 {
	var parts [][]uint32
	weight := make([]float64, len(p.functions)) // of a part, at its lowest function
	for i := range p.functions {
		low := c.lowest[i]
		if low == uint32(i) {
			parts = append(parts, c.of(low))
		}
		weight[low] += p.functions[i].Weight
	}
	slices.SortStableFunc(parts, func(a, b []uint32) int { return cmp.Compare(weight[b[0]], weight[a[0]]) })
	return parts
}

// inOnePart reports whether the functions of a platform, several of them, share
// a part.
func (p *partition) inOnePart(k PlatformID) bool {
	parts, functions := 0, 0
	for _, part := range p.parts {
		n := functions
		for _, f := range part {
			if p.platform(f) == k && !p.functions[f].Outside {
				functions++
			}
		}
		if functions > n {
			parts++
		}
	}
	return parts == 1 && functions > 1
}
