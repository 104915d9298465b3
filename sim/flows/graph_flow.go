package flows

import "github.com/coldcurve/coldcurve/sim"

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
	StartsAsync bool     // of starts that nobody waits for; else of all
	States      *Bucket  // a transition over it waits
	Partitions  int      // an execution belongs to one, and States is of each; 0: there is one
	Tick        sim.Time // calls begin at multiples of it: a scheduler looks for what is to be done; 0: at once
	Slots       *Slots   // workers that its calls of functions take; nil: any number
	Polls       *Polls   // how it hears of starts and ends, where that costs; nil: it does not
	Concurrent  *Slots   // executions at a time; more wait in order; nil: any number
	Payload     *Most    // largest payload; beyond it the execution fails, whatever is caught; nil: any
	Events      int      // most of an execution; beyond it the execution fails
	MostSteps   int      // most of an execution, as they are billed; beyond it the execution fails; 0: any
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
