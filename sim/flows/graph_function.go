package flows

import "github.com/coldcurve/coldcurve/sim"

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
	Sync      *Most    // largest payload of a call that somebody waits for, and of its answer; nil: any
	Async     *Most    // largest payload of one that nobody waits for; nil: any
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
	Size        Bytes    // nil: its caller's input
	Probability float64  // that it is made, 0 to 1
	SkipOnHit   int32    // a service of a cache whose hit in this request makes it unneeded; None
	Optional    bool     // that it fails is no failure of who asked
	Overhead    bool     // it is counted as one: a key, a trace
	Key         *DataKey // of what is asked before a call of a service: it is for that service's data key; nil: made each time
	Owner       Owner
}

// State is what a function keeps in its instance.
type State struct {
	Size    int64 // bytes
	Service int32 // that it is rebuilt from; None
	Read    int32 // index of its op
	Write   int32
	Rebuild Delay
	Save    float64 // part of invocations after which it is written, 0 to 1
}
