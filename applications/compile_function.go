package applications

import (
	"github.com/coldcurve/coldcurve/sim"
	"github.com/coldcurve/coldcurve/sim/flows"
	"github.com/coldcurve/coldcurve/workloads"
)

// fixedSize is a fixed size in bytes.
type fixedSize = workloads.FixedSize

// function fills in a function.
func (c *compiler) function(i int) {
	f := &c.file.Functions[i]
	p := &Platform{}
	if k := c.on[i]; k >= 0 {
		p = &c.o.Platforms[k]
	}
	out := flows.Function{
		Name: f.Name, Line: c.at("function", i, "name").Place(), Place: c.functionPlace(i), Owner: c.owner(f.Name), Base: delayOf(f.Service.Base), PerRecord: delayOf(f.Service.PerRecord), PerByte: f.Service.PerByte,
		Error: f.Error, Output: bytesOf(f.Output), Timeout: sim.Time(f.Timeout), Limit: p.Limit * max(1, p.Concurrency), Rejects: p.Rejects,
	}
	out.Factor = c.byMemory(i)
	if out.Timeout == 0 {
		out.Timeout = p.Timeout
	}
	c.payloads(&out, p.Preset)
	for k := range f.Uses {
		out.Uses = append(out.Uses, c.use(&f.Uses[k], out.Owner))
	}
	if s := f.State; s != nil {
		out.State = c.state(s)
	}
	if p.Price != nil {
		out.Price = p.Price(asked(f, out.Factor))
	}
	c.g.Functions = append(c.g.Functions, out)
}

// asked is a call of a function in the mean, at a factor on its own time; 0: none.
func asked(f *functionSpec, factor float64) Asked {
	memory, _ := f.Memory.MiB()
	a := Asked{Memory: memory, Busy: f.Service.mean(1, 0)}
	if factor > 0 {
		a.Busy *= factor
	}
	if f.Tokens != nil {
		a.Input, a.Output = f.Tokens.Input.Mean(), 1
		if f.Tokens.System != nil {
			a.Input += float64(f.Tokens.System.Tokens)
		}
		if f.Tokens.Output.Counter != nil {
			a.Output = f.Tokens.Output.Mean()
		}
	}
	return a
}

// state is what a function keeps in its instance.
func (c *compiler) state(s *stateSpec) *flows.State {
	out := &flows.State{Size: int64(s.Size), Service: flows.None, Rebuild: delayOf(s.Rebuild), Save: s.Save}
	if s.Store != "" {
		out.Service = c.services[s.Store]
		for k := range c.g.Services[out.Service].Ops {
			switch c.g.Services[out.Service].Ops[k].Name {
			case "read":
				out.Read = int32(k)
			case "write":
				out.Write = int32(k)
			}
		}
	}
	return out
}

// use is a call that somebody waits for.
func (c *compiler) use(u *useSpec, owner flows.Owner) flows.Use {
	out := noUse(owner)
	out.PerRecord, out.Count, out.Parallel, out.Size, out.Probability = u.Per == "record", u.Count, u.Parallel, bytesOf(u.Size), u.Probability
	switch {
	case u.Store != "":
		out.Service, out.Op = c.op(u.Store, u.Op)
	case u.Send != "":
		out.Send = c.send(u.Send, u.Size, 1)
	default:
		switch n := c.names[u.Call]; n.class {
		case functionClass:
			out.Function = int32(n.index)
		case flowClass:
			out.Flow = int32(n.index)
		}
	}
	out.Optional = u.Optional
	if u.Skip != "" {
		out.SkipOnHit = c.services[u.Skip]
	}
	return out
}

// op is an op of a store.
func (c *compiler) op(store, op string) (service, index int32) {
	service, ok := c.services[store]
	if !ok {
		return flows.None, 0 // a hole
	}
	name := c.opOf(&c.file.Stores[c.names[store].index], op)
	for k := range c.g.Services[service].Ops {
		if c.g.Services[service].Ops[k].Name == name {
			return service, int32(k)
		}
	}
	return service, 0
}

// send is a message.
func (c *compiler) send(to string, size *Bytes, count float64) *flows.Send {
	out := &flows.Send{Trigger: flows.None, Service: flows.None, Size: bytesOf(size), Count: count}
	switch n := c.names[to]; n.class {
	case triggerClass:
		out.Trigger = int32(n.index)
	case storeClass:
		out.Service, out.Op = c.op(to, c.sendOp(&c.file.Stores[n.index]))
	}
	return out
}

// dead is where dead letters go; nil: nowhere.
func (c *compiler) dead(to string) *flows.Send {
	if to == "" {
		return nil
	}
	return c.send(to, nil, 1)
}
