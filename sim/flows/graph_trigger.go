package flows

import "github.com/coldcurve/coldcurve/sim"

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
	Duplicates float64 // part of deliveries that happens twice, 0 to 1
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
	Remember   sim.Time // ns that the authorizer's answer for a key holds; 0: none
	Timeout    sim.Time
	Client     *Retry
	Begun      bool // the answer comes when the flow has been started, not at its end
}

// Queue is one with a poller.
type Queue struct {
	Service               int32 // whose ops are send, receive and delete
	Send, Receive, Delete int32
	Batch                 int
	Window                sim.Time // ns a batch is gathered, from its first record; 0: none
	Visibility            sim.Time // ns that what was received is hidden
	Receives              int      // of a message before it is dead; 0: any number
	Dead                  *Send
	Partial               bool
	Pollers               Pollers
	Concurrency           *Slots   // of batches; nil: any number at a time
	Delay                 sim.Time // ns before a message can be received
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
	PipeUnit int64 // bytes of one of them
	Batch    int
	Window   sim.Time // ns a batch is gathered, from its first record; 0: none
	Bytes    int64
	Parallel int
	Retries  int // -1: until MaxAge
	Bisect   bool
	MaxAge   sim.Time // ns; 0: any
	Dead     *Send
	Partial  bool
	Poll     sim.Time // between two reads of a shard that find nothing; 0: the stream pushes
	Latency  Delay
	In       *Bucket // records a second of a shard; each has its own, as of what follows
	InBytes  *Bucket
	OutBytes *Bucket
	Reads    *Bucket // of a shard; nil: any
	Kept     []Kept  // what each record is billed for by its bytes and the time for which it is kept
	Backoff  *Retry  // between tries of a batch that failed; nil: none after an error that took time, else a poll
}

// Kept is what a byte of a stream is billed for as it is kept.
type Kept struct {
	Meter   int32 // in byte·s
	Seconds int64
}

// Bus is events through a rule.
type Bus struct {
	Service int32
	Put     int32
	Match   float64  // part of events that the rule lets through, 0 to 1
	Retry   *Retry   // what was turned away, or has failed where the bus waits for the answer, where On says so; nil: none
	MaxAge  sim.Time // ns; 0: any
	Dead    *Send
}

// Async is a call that nobody waits for.
type Async struct {
	Retries  int
	After    []sim.Time // between tries that failed
	Throttle Retry      // after throttles and platform errors
	MaxAge   sim.Time   // ns; 0: any
	Dead     *Send
}
