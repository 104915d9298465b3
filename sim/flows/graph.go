package flows

import "github.com/coldcurve/coldcurve/sim"

// Graph is an application with its names resolved. Nobody changes it while it runs.
type Graph struct {
	// Functions are the workload's, by index: those that are called first, then one a
	// trigger (sim.Function.Outside), in the order of Triggers.
	Functions []Function
	Triggers  []Trigger
	Flows     []Flow
	Steps     []Step // of all flows; a step's index is its place here
	Services  []Service
	Meters    []Meter  // what is counted, of all services
	Owners    []string // what usage is counted for: see Owner
	Places    []string // regions and on-premises sites
	Hops      []Hop    // Places × Places, row by row
	Outages   []Outage
	Drain     sim.Time // after the horizon; messages that are undelivered then are in flight
	Horizon   sim.Time
	Warmup    sim.Time
	Epoch     sim.Time

	byEvents bool   // tests: no use is run ahead
	most     bounds // tests: lower ones
}

// None is the index of nothing.
const None = -1

// Owner is an index of Graph.Owners.
type Owner int32

// Delay is a distribution of durations; nil: none.
type Delay = sim.Sampler

// Bytes is a distribution of sizes in bytes; nil: that of what came before.
type Bytes interface{ Sample(u float64) int64 }

// Function is one that steps and triggers call.
type Function struct {
	Name      string
	Line      string // file and line, for errors
	Place     int32
	Owner     Owner
	Base      Delay    // of a call
	PerRecord Delay    // of each record of its batch, beside it; drawn by the record's key
	PerByte   float64  // ns for each byte of its input
	Error     float64  // part of attempts that fail at their end
	Output    Bytes    // nil: its input
	Uses      []Use    // it is Open where there are any
	Shares    bool     // of an Open one: the requests of an instance share its processor, whose server says how long its own time is
	State     *State   // and where there is one
	Add       Delay    // overheads, to each call
	Factor    float64  // overheads, on its own time; 0: 1
	Timeout   sim.Time // of a request at it, its own or its platform's; 0: none
	Price     float64  // USD of a call, about, for routing by price
	Limit     int      // of requests under way that fill it, for routing by overflow; 0: none
	Rejects   bool     // its platform rejects over its limit: a caller sees it as throttled
}

// Use is a call of a service, function or flow that somebody waits for.
type Use struct {
	Service     int32 // None where it is a call or a send
	Op          int32 // index of Service.Ops
	Function    int32
	Flow        int32
	Send        *Send
	PerRecord   bool
	Count       float64 // the part after the point is a probability
	Parallel    bool
	Size        Bytes // nil: its caller's input
	Probability float64
	SkipOnHit   int32 // a service of a cache whose hit in this request makes it unneeded; None
	Optional    bool  // that it fails is no failure of who asked
	Overhead    bool  // it is counted as one: a key, a trace
	Owner       Owner
}

// State is what a function keeps in its instance.
type State struct {
	Size    int64
	Service int32 // that it is rebuilt from; None
	Read    int32 // index of its op
	Write   int32
	Rebuild Delay
	Save    float64
}

// Flow is a graph of steps and its orchestrator.
type Flow struct {
	Name    string
	Line    string
	First   int32 // step
	Timeout sim.Time
	Input   Bytes
	Engine  Engine
	Owner   Owner
	Beside  []Use // asked at the start of each execution, which does not wait for it
}

// Engine is an orchestrator.
type Engine struct {
	Preset      string
	Place       int32
	Start       Delay
	StartSync   Delay // of a start that waits for the end; nil: as Start
	Gap         []Gap // by payload, ascending: from a task's end to the next one's start
	State       Delay // of a state that calls nothing
	FanOut      []FanOut
	Timeout     sim.Time
	Transitions int32   // meter, one for each; None
	External    int32   // meter of steps that are External; None: as Transitions
	Requests    int32   // meter of executions; None
	Duration    int32   // meter of MiB·ns, rounded by Round and Chunk; None
	Messages    int32   // meter of messages between steps (Durable Functions' storage); None
	PerCall     float64 // messages of a call
	Counts      Counts
	Memory      int64 // bytes of an execution; 0: Base + payloads
	MemoryBase  int64
	Chunk       int64 // bytes
	Round       sim.Time
	Concurrency int      // of an inline map that states none
	Starts      *Bucket  // a start over it is throttled; of a distributed map's children it waits
	States      *Bucket  // a transition over it waits
	Partitions  int      // an execution belongs to one, and States is of each; 0: there is one
	Tick        sim.Time // calls begin at multiples of it: a scheduler looks for what is to be done; 0: at once
	Slots       *Slots   // workers that its calls of functions take; nil: any number
	Polls       *Polls   // how it hears of starts and ends, where that costs; nil: it does not
	Concurrent  int      // executions of the flow at a time; more wait in order; 0: any
	Payload     int64    // most bytes; beyond it the execution fails, whatever is caught
	Events      int      // most of an execution; beyond it the execution fails
	Detached    bool     // queues and streams only start it: what they deliver is done when it has been started
}

// Polls is queues that an orchestrator polls, shared by those that point to it.
type Polls struct {
	Queues      int      // an execution belongs to one
	First, Most sim.Time // from one poll of an empty queue to the next: doubled each time, up to Most
	Waits       bool     // a start waits for the next poll; else the gap has that in it
	Meter       int32    // of polls that find nothing
	Owner       Owner
}

// Slots are workers, shared by those that point to them.
type Slots struct{ N int }

// Gap is a gap at a payload of so many bytes; between two it is interpolated.
type Gap struct {
	Payload int64
	Delay   Delay
}

// FanOut is what tasks that begin together add, by their number; between two it is interpolated.
type FanOut struct {
	Tasks int
	Delay Delay
}

// Counts says how many transitions a step counts as.
type Counts struct {
	Call, Choice, Parallel, Map, Item, Wait, Send, Pass, Succeed, Fail, Retry int8
	End                                                                       int8 // of an execution: Step Functions counts its start and its end
}

// Kind is what a step does.
type Kind uint8

// The kinds.
const (
	CallStep Kind = iota
	RouteStep
	ParallelStep
	MapStep
	ChoiceStep
	WaitStep
	SendStep
	UseStep
	PassStep
	SucceedStep
	FailStep
)

// Step is a step of a flow.
type Step struct {
	Name    string
	Line    string
	Flow    int32
	Kind    Kind
	Next    int32 // None: the list ends
	Owner   Owner
	States  int16 // that it counts as; -1: as Engine.Counts says
	Input   Bytes
	Output  Bytes
	Timeout sim.Time
	Retry   []Retry
	Catch   []Catch

	Function int32 // of a call; None where it is a flow
	SubFlow  int32
	Async    bool
	External bool // it calls out of the engine's provider: see Engine.External
	Callback *Callback
	Route    *Route
	Branches []int32 // first steps
	Map      *Map
	Choice   []Case
	Wait     Delay
	Send     *Send
	Uses     []Use
}

// Errors is a set of ways to fail.
type Errors uint8

// The ways.
const (
	OnFailed Errors = 1 << iota
	OnThrottled
	OnTimeout
	OnAny Errors = 1<<iota - 1
)

// Retry is what follows an error of its set.
type Retry struct {
	On       Errors
	Attempts int
	Interval sim.Time
	Rate     float64
	Cap      sim.Time // 0: none
	Full     bool     // jitter, uniform from none to all
}

// Catch goes on elsewhere.
type Catch struct {
	On   Errors
	Next int32
}

// Case is one of a choice; the first whose conditions all hold is taken: see choiceStep.
type Case struct {
	Probability float64 // of all that reach the choice; 0: no matter
	SizeAbove   int64   // 0: no matter
	EnteredMore int     // the choice was entered more often in this frame; 0: no matter
	Otherwise   bool    // always holds
	Next        int32
}

// Callback is an answer from outside after a call.
type Callback struct {
	After         Delay    // a call's end
	Failed, Never float64  // parts of the answers: failures, and of all, what never comes
	Heartbeat     sim.Time // what never comes is noticed after it; 0: by timeouts alone
}

// Map is a list of steps for each item.
type Map struct {
	Items       interface{ Sample(u float64) int64 }
	Read        *Use // that lists them first
	First       int32
	Concurrency int // 0: Engine.Concurrency
	Distributed bool
	Batch       int
	Child       *Engine // of distributed children; nil: the flow's
	Tolerate    float64
	Size        Bytes
}

// Send is a message.
type Send struct {
	Trigger int32 // None where it is a service
	Service int32
	Op      int32
	Size    Bytes
	Count   float64
}

// By is what a route goes by.
type By uint8

// The ways of routing.
const (
	ByWeight By = iota
	ByPrice
	ByLatency
	ByHealth
	Overflow
)

// Route is one of several functions.
type Route struct {
	To       []int32 // functions
	By       By
	Weights  []float64 // cumulative, the last is 1
	Probe    sim.Time
	Failures int
	Full     int
	Fallback bool
	HitRate  float64
	Lookup   *Use
	Budgets  []float64
}

// Service is what is called and answers after a latency: stores, gateways, buses.
type Service struct {
	Name     string
	Place    int32
	Owner    Owner
	Ops      []Op
	Retry    Retry   // of its client's library, on throttles
	HitRate  float64 // of a cache
	Behind   int32   // service that is asked on a miss; None
	Before   []Use   // asked before each call: a key, a firewall, a tracer
	Feeds    *Send   // a trigger of a stream or of objects, at which each write that ends well arrives; nil: none
	Add      Delay   // overheads, to each call
	Factor   float64 // overheads, on the time of its ops; 0: 1
	Standing []Standing
}

// Standing is what is billed by time.
type Standing struct {
	Meter int32
	Each  int64 // units a second of the window × this
}

// Op is an operation of a service.
type Op struct {
	Name      string
	First     Delay
	PerByte   float64 // ns
	Error     float64
	Limit     *Bucket
	Partition *Bucket // of each key of records; nil: none. Records without keys meet at no partition
	Meter     int32   // None
	Unit      int64   // bytes of one unit, rounded up; 0: one a call
	ByBytes   bool    // counts bytes, at least Unit of a call
	Writes    bool
}

// Bucket is a token bucket, shared by those that point to it.
type Bucket struct {
	Burst float64
	Rate  float64 // a second
	Units bool    // a call takes as many as it has units (Op.Unit); else one
}

// Meter is what a tariff bills.
type Meter struct {
	Tariff string // of costmodel
	Name   string // of its meter
	Unit   string
}

// Hop is the way from one place to another.
type Hop struct {
	RTT     Delay
	Trips   float64 // overheads: round trips before each call, of handshakes; a part is a mean
	PerByte float64 // ns
	Egress  int32   // meter of bytes; None
}

// Outage is when something does not answer.
type Outage struct {
	Functions []int32
	Services  []int32
	From, To  sim.Time
	Part      float64
	After     sim.Time
}

// Trigger starts flows or functions.
type Trigger struct {
	Name       string
	Line       string
	Function   int32 // index of the workload's function that stands for its arrivals
	Start      Target
	Place      int32 // of its callers
	Owner      Owner
	Beside     []Use // asked at each start, which does not wait for it
	Record     Bytes
	Keys       *Keys
	Poison     float64 // part of the records that fail at each delivery to a function
	HTTP       *HTTP
	Queue      *Queue
	Stream     *Stream
	Bus        *Bus
	Async      *Async // beside a bus, a write or a schedule: how a function that it calls is tried again
	Write      *Use   // of an object trigger: the write of what comes from outside
	Meter      int32  // of schedules; None
	Latency    Delay
	Duplicates float64
}

// Target is what a trigger starts: a function, or a flow.
type Target struct{ Function, Flow int32 }

// Keys are the keys of records; cumulative popularity.
type Keys struct{ Popularity []float64 }

// HTTP is a request whose caller waits.
type HTTP struct {
	Service    int32 // gateway; None
	Op         int32 // one that Writes: what is sent there is the request, and the answer is counted by itself
	DNS        *Use
	Authorizer *Use
	Remember   sim.Time
	Timeout    sim.Time
	Client     *Retry
	Begun      bool // the answer comes when the flow has been started, not at its end
}

// Queue is one with a poller.
type Queue struct {
	Service               int32 // whose ops are send, receive and delete
	Send, Receive, Delete int32
	Batch                 int
	Window                sim.Time
	Visibility            sim.Time
	Receives              int
	Dead                  *Send
	Partial               bool
	Pollers               Pollers
	Concurrency           int
	Delay                 sim.Time
	Latency               Delay
	Bytes                 int64      // of a batch, at most; 0: any
	Backoff               []sim.Time // between polls of an empty queue, where it polls so (Azure); nil: long polls
	FIFO                  bool       // messages of a key stay in order, and one delivery of it is under way at a time
	PerReceive            int        // messages of one receive, at most; 0: any number
	PerDelete             int        // of one delete, at most; 0: one
	Refill                int        // deliveries under way of a poller, above which it does not poll (Azure); 0: any
	Again                 *Retry     // how long what failed is hidden, by how often it was received (Azure, Pub/Sub); nil: until its visibility is over
	Moves                 bool       // what is dead is moved by the service itself: no send is billed
}

// Pollers is how many poll.
type Pollers struct {
	Start, Grow, Most int // Grow: a minute; Most 0: none poll, the service pushes
	Poll              sim.Time
	Provisioned       int32 // meter of provisioned pollers; None
	Each              int   // concurrent batches of one
}

// Stream is records in order by shard.
type Stream struct {
	Service  int32
	Put, Get int32 // ops
	Shards   int
	OnDemand bool
	Pipe     int32 // meter of a pipe's requests; None: the platform's own poller
	PipeUnit int64
	Batch    int
	Window   sim.Time
	Bytes    int64
	Parallel int
	Retries  int // -1: until MaxAge
	Bisect   bool
	MaxAge   sim.Time
	Dead     *Send
	Partial  bool
	Poll     sim.Time // between two reads of a shard that find nothing; 0: the stream pushes
	Latency  Delay
	In       *Bucket // records a second of a shard; each has its own, as of what follows
	InBytes  *Bucket
	OutBytes *Bucket
	Reads    *Bucket // of a shard; nil: any
	Backoff  *Retry  // between tries of a batch that failed; nil: none after an error that took time, else a poll
}

// Bus is events through a rule.
type Bus struct {
	Service int32
	Put     int32
	Match   float64
	Retries int
	MaxAge  sim.Time
	First   sim.Time // of its backoff
	Cap     sim.Time
	Dead    *Send
}

// Async is a call that nobody waits for.
type Async struct {
	Retries  int
	After    []sim.Time // between tries that failed
	Throttle Retry      // after throttles and platform errors
	MaxAge   sim.Time
	Dead     *Send
}
