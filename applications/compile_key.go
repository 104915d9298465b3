package applications

import (
	"github.com/coldcurve/coldcurve/applications/catalog"
	"github.com/coldcurve/coldcurve/internal/spec"
	"github.com/coldcurve/coldcurve/sim"
	"github.com/coldcurve/coldcurve/sim/flows"
)

// encrypt lets a service ask a key service for its data key, as often as the catalogue says
// that it does; reuse is the file's, nil: the service's. Of one of which nothing is known, and
// of a custom one, each call that carries something fetches a key: the delete of a message does not.
func (c *compiler) encrypt(service int32, known *catalog.Service, keys string, reuse *spec.Duration) {
	if keys == "" {
		return
	}
	s := &c.g.Services[service]
	key := &flows.DataKey{Calls: make([]int, len(s.Ops))}
	for k := range key.Calls {
		key.Calls[k] = 1
	}
	if known != nil && known.Queue != nil {
		if k := known.Op(known.Queue.Delete); k >= 0 {
			key.Calls[k] = 0
		}
	}
	switch {
	case known != nil && known.DataKey != nil:
		subject := "service " + known.Name
		for k := range known.Ops {
			key.Calls[k] = take(c, subject, "op."+known.Ops[k].Name+".data_key_calls", &known.Ops[k].DataKeyCalls)
		}
		key.Idle, key.Apart = known.DataKey.Idle, known.DataKey.Apart
		if reuse == nil {
			key.For = sim.Time(take(c, subject, "data_key.reuse", &known.DataKey.Reuse))
		}
	case known != nil && reuse == nil:
		c.notes.add("service "+known.Name, "data_key", "each call fetches one", catalog.Basis{Grade: "U", Source: "how often it asks a key service is not known"})
	}
	if reuse != nil {
		key.For = sim.Time(*reuse)
	}
	u := noUse(s.Owner)
	u.Service, u.Size, u.Overhead, u.Key = c.services[keys], fixed(0), true, key
	s.Before = append(s.Before, u)
}
