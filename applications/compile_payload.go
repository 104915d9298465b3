package applications

import (
	"github.com/coldcurve/coldcurve/internal/spec"
	"github.com/coldcurve/coldcurve/sim/flows"
)

// payloads puts to a function what its platform takes.
func (c *compiler) payloads(out *flows.Function, preset string) {
	known := c.catalog.Invocation(preset)
	if known == nil {
		return
	}
	subject := "platform " + known.Platform
	if known.Sync.Known {
		out.Sync = &flows.Most{Bytes: int64(take(c, subject, "payload", &known.Sync))}
	}
	if known.Async.Known {
		out.Async = &flows.Most{Bytes: int64(take(c, subject, "asynchronous payload", &known.Async))}
	}
}

// checkCalls refuses what is always larger than the platform of the function takes that it
// is sent to.
func (c *compiler) checkCalls() {
	for i := range c.file.Triggers {
		t, start := &c.file.Triggers[i], c.g.Triggers[i].Start.Function
		c.checkStart(t, c.g.Triggers[i].Start.Flow, c.at("trigger", i, "record", "size"))
		if start == flows.None || t.Queue != nil || t.Stream != nil || t.Object != nil {
			continue
		}
		c.checkCall(start, c.g.Triggers[i].Async != nil || c.g.Triggers[i].Bus != nil, &t.Record.Size, c.at("trigger", i, "record", "size"))
	}
	for i := range c.file.Flows {
		for k := range c.file.Flows[i].Steps {
			s := &c.file.Flows[i].Steps[k]
			if n := c.names[s.Call]; s.Call != "" && n.class == functionClass && s.Input != nil {
				c.checkCall(int32(n.index), s.Async, s.Input, below(c.flows[i].stepAt(k), "input"))
			}
		}
	}
	for i := range c.file.Functions {
		f, sync := &c.file.Functions[i], c.g.Functions[i].Sync
		if sync != nil && f.Output != nil && f.Output.Sizer != nil && f.Output.Least() > sync.Bytes {
			c.fail(c.at("function", i, "output"), "found %v, want at most the %v that platform %q answers with", spec.Size(f.Output.Least()), spec.Size(sync.Bytes), f.Platform)
		}
	}
}

// checkStart refuses what is always larger than the orchestrator of the flow takes that it
// starts. Of an object it is told alone.
func (c *compiler) checkStart(t *triggerSpec, flow int32, at *spec.Node) {
	if flow == flows.None || t.Object != nil || c.g.Flows[flow].Input != nil {
		return
	}
	f := &c.g.Flows[flow]
	if size := &t.Record.Size; f.Engine.Payload != nil && size.Sizer != nil && size.Least() > f.Engine.Payload.Bytes {
		c.fail(at, "found %v, want at most the %v that the orchestrator of %q takes, or an input of the flow that says what of it goes along", spec.Size(size.Least()), spec.Size(f.Engine.Payload.Bytes), f.Name)
	}
}

func (c *compiler) checkCall(function int32, async bool, size *Bytes, at *spec.Node) {
	f := &c.g.Functions[function]
	most, how := f.Sync, "to a call that is waited for"
	if async {
		most, how = f.Async, "to an asynchronous call"
	}
	if most != nil && size.Sizer != nil && size.Least() > most.Bytes {
		c.fail(at, "found %v, want at most the %v that platform %q takes %s", spec.Size(size.Least()), spec.Size(most.Bytes), c.file.Functions[function].Platform, how)
	}
}
