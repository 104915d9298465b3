package serving

import (
	"github.com/coldcurve/coldcurve/internal/spec"

	"github.com/coldcurve/coldcurve/sim"
	"github.com/coldcurve/coldcurve/sim/tokens"
	"github.com/coldcurve/coldcurve/workloads/hardware"
)

// Kinds returns the kinds of servers, in the order of a listing.
func Kinds() []Entry {
	return []Entry{
		kind[slots](),
		kind[shared](),
		kind[batch](),
		kind[llm](),
		kind[split](),
		kind[models](),
		kind[adapters](),
		kind[api](),
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

// Crowd is a Server that takes more requests than one at a time where the
// platform does not say how many.
type Crowd interface{ Concurrency() int }

// Computing is a Server on which a request computes for Computes of its own time, as it
// is on one vCPU, and waits for the rest: 0 to 1, to a thousandth.
type Computing interface{ Computes() float64 }

// Standing is a Server that stands before anybody asks, at whoever offers it: its
// platform has no cold starts.
type Standing interface{ Stands() }

// everyone is the concurrency of an instance that takes all requests that come.
const everyone = 1 << 20

// Gathering is a Server that waits until so many requests are there.
type Gathering interface{ Gathers() int }

// Bounded is a Server that fails requests of more tokens, prompt and answer, than
// Most returns, with what bounds them.
type Bounded interface {
	Most() (tokens int64, why string)
}

// Tokened is a Server that tells of tokens, by which a language model is billed.
type Tokened interface{ Tokens() }

// Aborting is a Server that drops a request whose client has gone, as engines of
// language models do, unless the platform says otherwise.
type Aborting interface{ Aborts() }

// Batching is a Server that may answer requests in batches, at prices of their own.
type Batching interface{ Batched() bool }

// Boarded is a Server whose instances have GPUs: so many of a name.
type Boarded interface {
	GPUs() (name string, count int64)
}

// Powered is a Server whose GPUs' power is known, or bounded: of each GPU, so many
// of which a step keeps busy.
type Powered interface {
	Power() (draw hardware.Draw, engine int64)
}

// Noted is a Server of which a reader of the results must know something.
type Noted interface {
	Notes() []string
	Legend() string // of the letters in them
}

// Timed is a Server whose times rest on a profile: how well it is attested, and how
// far off it has to be expected.
type Timed interface {
	StepTimes() (grade string, bands map[hardware.Quantity]hardware.Band)
}

// Platform is what a server knows of where it runs.
type Platform struct {
	MilliCPU int64          // vCPU of an instance in thousandths; 0: the platform does not say
	Columns  tokens.Columns // of the workload; nil: its requests have no tokens
	// Functions are those of the workload, and PerApp says that
	// those of an app share instances.
	Functions []Function
	PerApp    bool
}

// Function is a function of the workload.
type Function struct {
	Name       string
	Owner, App string // of equal ones instances are shared; App "": it has an app of its own
}

// params is a pointer to the struct that a kind of server is read into.
type params[P any] interface {
	*P
	Server
	about() Entry
	check(n *spec.Node) error // also readies what Factory needs
}

func kind[P any, PP params[P]]() Entry {
	e := PP(new(P)).about()
	e.Params = spec.Params(new(P))
	e.read = func(n *spec.Node) (Server, error) {
		p := PP(new(P))
		if err := n.Without("name", "label").Decode(p); err != nil {
			return nil, err
		}
		return p, p.check(n)
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
