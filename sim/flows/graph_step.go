package flows

import (
	"github.com/coldcurve/coldcurve/sim"
	"github.com/coldcurve/coldcurve/sim/backoff"
)

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
	Attempts int // retries after the first try
	backoff.Backoff
}

// Catch goes on elsewhere.
type Catch struct {
	On   Errors
	Next int32 // None: the list ends well
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
	Tolerate    float64 // part of children that may fail, 0 to 1
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
	Probe    sim.Time  // ns between two looks at who is unhealthy
	Failures int       // in a row that make one unhealthy
	Full     int
	Fallback bool
	HitRate  float64 // part that is answered from it, 0 to 1
	Lookup   *Use
	Budgets  []float64 // USD a month of each; 0: none
}
