package serving

import (
	"github.com/coldcurve/coldcurve/internal/spec"
	"github.com/coldcurve/coldcurve/sim"
	"github.com/coldcurve/coldcurve/sim/tokens"
)

// Kinds returns the kinds of servers, in the order of a listing.
func Kinds() []Entry {
	return []Entry{
		kind[slots](),
		kind[shared](),
	}
}

// Entry describes a kind of server.
type Entry struct {
	Name   string // in experiments
	Help   string // one line
	Params []spec.Param
	Source string // where the model is from

	read func(n *spec.Node) (Server, error)
}

// Server is what the table server of a platform says.
type Server interface {
	// Factory returns what makes the servers of instances; nil: slots. An
	// error is about what the server and the platform are to each other.
	Factory(on Platform) (sim.ServerFactory, error)
}

// Platform is what a server knows of where it runs.
type Platform struct {
	MilliCPU int64          // vCPU of an instance in thousandths; 0: the platform does not say
	Columns  tokens.Columns // of the workload; nil: its requests have no tokens
}

// params is the struct that a kind of server is read into.
type params interface {
	Server
	about() Entry
}

func kind[P params]() Entry {
	var p P
	e := p.about()
	e.Params = spec.Params(&p)
	e.read = func(n *spec.Node) (Server, error) {
		var p P
		if err := n.Without("name", "label").Decode(&p); err != nil {
			return nil, err
		}
		if c, ok := any(p).(interface{ check(n *spec.Node) error }); ok {
			return p, c.check(n)
		}
		return p, nil
	}
	return e
}

// Read reads the table server of a platform. Errors name file and line.
func Read(n *spec.Node) (Server, error) {
	name := n.Get("name")
	if !n.IsTable() || name == nil {
		return nil, n.Errorf(`found %s, want a table such as { name = "shared" }`, n)
	}
	var known []string
	for _, e := range Kinds() {
		if known = append(known, e.Name); e.Name == name.Value() {
			return e.read(n)
		}
	}
	word, ok := name.Value().(string)
	if !ok {
		return nil, name.Errorf("found %s, want the name of a server; see coldcurve list servers", name)
	}
	return nil, name.Errorf("%s", spec.Unknown("server", word, known))
}
