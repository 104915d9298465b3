package catalog

import (
	"github.com/coldcurve/coldcurve/internal/spec"
	"github.com/coldcurve/coldcurve/workloads"
)

// Engine is an orchestrator.
type Engine struct {
	Name     string `toml:"name" required:"true" help:"as applications name it"`
	Title    string `toml:"title" required:"true"`
	Provider string `toml:"provider" required:"true" help:"aws, azure, gcp, or none"`
	Basis
	Tariff string   `toml:"tariff" help:"of costmodel/catalog; absent: it is not billed"`
	Notes  []string `toml:"notes"`
	Missed string   `toml:"missed" help:"by how much the latency of measured workflows on it is off what is predicted"`

	Start     Fact[workloads.Distribution] `toml:"start" help:"from the trigger to the first state"`
	StartSync Fact[workloads.Distribution] `toml:"start_sync" help:"the same where the caller waits for the end; absent: as start"`
	Gap       []Gap                        `toml:"gap" help:"from a task's end to the next one's start, by payload, rising; between two it is interpolated"`
	State     Fact[workloads.Distribution] `toml:"state" help:"of a state that calls nothing"`
	FanOut    []FanOut                     `toml:"fan_out" help:"what tasks that begin together add, by their number, rising"`

	Transitions string              `toml:"transitions" help:"meter of states"`
	External    string              `toml:"external" help:"meter of states that call out; absent: as transitions"`
	Requests    string              `toml:"requests" help:"meter of executions"`
	Duration    string              `toml:"duration" help:"meter of memory × time"`
	Messages    string              `toml:"messages" help:"tariff/meter of messages between steps"`
	PerCall     Fact[float64]       `toml:"per_call" help:"messages of a call"`
	Round       Fact[spec.Duration] `toml:"round" help:"time is billed in steps of it"`
	Chunk       Fact[spec.Size]     `toml:"chunk" help:"memory is billed in steps of it"`
	MemoryBase  Fact[spec.Size]     `toml:"memory_base" help:"of an execution, beside its payloads"`
	Counts      Counts              `toml:"counts" help:"how many transitions a step is, by its kind"`

	Timeout     Fact[spec.Duration] `toml:"timeout" help:"of an execution, at most"`
	Concurrency Fact[int]           `toml:"concurrency" help:"items of an inline map at a time"`
	Distributed Fact[int]           `toml:"distributed" help:"children of a distributed map at a time; absent: it has none"`
	Standard    string              `toml:"standard" help:"engine of distributed children that are standard"`
	Express     string              `toml:"express" help:"engine of distributed children that are express"`
	Callback    bool                `toml:"callback" help:"a step can wait for an answer from outside"`
	Detached    bool                `toml:"detached" help:"queues and streams only start it: what they deliver is done when it has been started"`
	Starts      Fact[spec.Rate]     `toml:"starts" help:"executions that begin"`
	StartsBurst Fact[float64]       `toml:"starts_burst"`
	StartsAsync bool                `toml:"starts_async" help:"starts counts those that nobody waits for; of the others no rate is known"`
	States      Fact[spec.Rate]     `toml:"states" help:"transitions"`
	StatesBurst Fact[float64]       `toml:"states_burst"`
	Elsewhere   *Elsewhere          `toml:"elsewhere" help:"starts and states where they are other than in its large regions"`
	Concurrent  Fact[int]           `toml:"concurrent" help:"executions at a time"`
	Partitions  Fact[int]           `toml:"partitions" help:"an execution belongs to one, and states is of each; absent: there is one"`
	Tick        Fact[spec.Duration] `toml:"tick" help:"calls begin at multiples of it; absent: at once"`
	Workers     Fact[int]           `toml:"workers" help:"calls of functions at a time, of all executions; absent: any number"`
	Polls       *Polls              `toml:"polls" help:"how it hears of starts and ends, where that costs"`
	Payload     Fact[spec.Size]     `toml:"payload" help:"of a state, at most"`
	Events      Fact[int]           `toml:"events" help:"of an execution, at most"`
	MostSteps   Fact[int]           `toml:"most_steps" help:"of an execution, as they are billed, at most; absent: any number"`
}

// Elsewhere is what an engine limits in the regions that are not its large ones.
type Elsewhere struct {
	Large []string `toml:"large" required:"true" help:"regions that the engine's own starts and states are of"`
	Basis
	Starts      Fact[spec.Rate] `toml:"starts"`
	StartsBurst Fact[float64]   `toml:"starts_burst"`
	States      Fact[spec.Rate] `toml:"states"`
	StatesBurst Fact[float64]   `toml:"states_burst"`
}

// Polls is queues that an orchestrator polls.
type Polls struct {
	Basis
	Queues Fact[int]           `toml:"queues"`
	First  Fact[spec.Duration] `toml:"first" help:"from one poll of an empty queue to the next, doubled each time"`
	Most   Fact[spec.Duration] `toml:"most" help:"up to this"`
	Waits  bool                `toml:"waits" help:"a start waits for the next poll; else start or gap has that in it"`
	Meter  string              `toml:"meter" help:"tariff/meter of polls that find nothing"`
}

// Gap is a gap at a payload.
type Gap struct {
	Payload spec.Size `toml:"payload" required:"true"`
	Basis
	Takes Fact[workloads.Distribution] `toml:"takes" required:"true"`
}

// FanOut is what so many tasks that begin together add.
type FanOut struct {
	Tasks int `toml:"tasks" required:"true"`
	Basis
	Takes Fact[workloads.Distribution] `toml:"takes" required:"true"`
}

// Counts is how many transitions steps are.
type Counts struct {
	Basis
	Call     Fact[int] `toml:"call"`
	Choice   Fact[int] `toml:"choice"`
	Parallel Fact[int] `toml:"parallel"`
	Map      Fact[int] `toml:"map"`
	Item     Fact[int] `toml:"item" help:"each item of a map, beside its steps"`
	Wait     Fact[int] `toml:"wait"`
	Send     Fact[int] `toml:"send"`
	Pass     Fact[int] `toml:"pass"`
	Succeed  Fact[int] `toml:"succeed"`
	Fail     Fact[int] `toml:"fail"`
	Retry    Fact[int] `toml:"retry"`
	End      Fact[int] `toml:"end" help:"of an execution as a whole: its start and its end, where they are billed"`
}
