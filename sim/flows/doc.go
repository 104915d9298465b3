// Package flows runs applications in the kernel: flows of steps, what triggers them,
// the services that they call, and the ways between them. It is a sim.Actor: the
// kernel tells it of triggers, of timers, of services that begin and of requests
// that end, and it answers with requests, timers and ends.
//
// # Model
//
// A Graph is what applications compile to: plain values, names resolved to indices.
//
//  1. A Trigger starts executions of a flow or requests of a function: one for each
//     arrival, or for each batch that its queue or stream forms (trigger.go).
//  2. An execution is a tree of frames (frame.go). A frame is at one step of a list;
//     parallel and map make frames below it and wait for them. What a frame does at a
//     step is said by the step's kind, one file each (step_*.go).
//  3. A call makes a request at a function, which the kernel serves as any other
//     (call.go). A function that waits for stores or for other functions is Open: its
//     service goes on until what it waits for is there, and its instance is busy, and
//     billed, for all of it (body.go).
//  4. A service answers after a latency drawn by size, or throttles by its limit
//     (service.go). Between places there are round trips and egress (net.go).
//  5. What was used is counted in integers by meter, and by trigger, owner (the step,
//     function, trigger or service that it is for) and cause (tally.go).
//
// # Steps
//
// A step is entered, attempted once or more often, and left. It ends well and leads
// to the next of its list, or fails; then its retriers are asked, in order, before its
// catchers, as Step Functions does (retry.go). A list ends behind its last step, at a
// succeed, or with a failure that nobody catches; so does the execution whose list it
// is. A parallel fails with the first branch that does, a map with one failure more
// than it tolerates: what is under way beside it is cancelled. Cancelled, timed out or
// not, what a call has begun at a function, a service or another flow goes on to its
// end, and is billed.
//
// What is tried again around branches or items is a retry with all that is in them, where
// something of an earlier attempt was billed; their states are so in any case.
// A step's timeout is of each attempt. The payload of a step is its function's output,
// or its own; of a parallel and a map it is their results together.
//
// # Orchestrators
//
// An Engine is data: how long a start, a task's successor, a state and a fan-out take,
// what is counted and billed, and what is limited. A task's call is made after the gap,
// which the first call of an execution has not, its start standing for it. Transitions
// over a limit wait, starts over one are throttled (bucket.go), and executions over
// what may be under way wait in order (exec.go). A scheduler's calls begin at its ticks
// and take one of its workers (slots.go); queues that are polled count what they find
// empty (polls.go). Memory is what an engine always takes and the most payload that all
// frames of an execution held at a time (billing.go). A payload, or a history, that is
// too long ends the execution, whatever is caught (history.go).
//
// # Services, bodies and routes
//
// A body is the state that a new instance reads (state.go), its own time, which other
// requests of a shared processor lengthen, then its uses in order (use.go). The first failure ends it, unless the use is optional; what it has
// asked for goes on. What is known when it begins, a call of a service that no limit
// holds, is run ahead: its time is added and no event made, as far as the function's
// timeout; what is not goes by events, and both give the same.
// A service that encrypts asks for its data key when it has let a call in, and uses it again for the same
// principal (data_key.go): that is kept over calls, so that one with a key is never run ahead.
// What an outage or a limit keeps out asks for none.
//
// A call of a service meets what comes before it (a firewall), the way there, an
// outage, a limit, of all or of a record's key, its data key, its latency, and the way back
// (service.go). What is throttled is not billed, is asked again as the client's library
// does, and takes the way there and back; what fails is billed, as a failure, or
// as a retry where a try before it was billed. A cache
// that misses leads to what is behind it, and is not filled: a use that writes does that.
//
// A route goes by what its caller sees: requests and probes that have ended (health.go),
// never by the table of outages. By price and health, by latency and by overflow pass
// over who failed so often in a row, by weight does not. A timeout of the step is a
// failure when it comes; what is cancelled for another reason is learned as it ends. A budget is a month's; a run
// that is shorter has its part of it.
//
// # Triggers
//
// What comes to a trigger, from outside or from a step, is a message (message.go), but for
// the request of a caller who waits (trigger_http.go). Its service takes it, or turns it
// away, and its producer asks again as that service's library does. Then it is done, dead,
// filtered, or in flight when the drain after the horizon is over: each is one of these.
//
// Who polls a queue receives what can be received at that moment into one delivery after
// the other (queue.go, delivery.go): the one that has polled for longest first, and one
// delivery is gathered at a time, so that batches are as full as they can be. Polls that
// find nothing are no events; they are counted when their poller finds something, and at
// the end (pollers.go). A delivery that fails leaves its messages hidden until their
// visibility is over, whether what it started is still under way or not. A queue in
// order has groups (groups.go): one delivery of a group is under way at a time.
//
// A shard of a stream is read while one of its lanes has room (stream.go). A lane handles
// one batch after the other (lane.go); one that fails is tried again, halved, or given up,
// and what is behind it waits. Events, calls that nobody waits for, objects and schedules
// start what they start one by one (async.go).
//
// A batch belongs to its first record: its key, its attempt (how often that was delivered
// before), whose arrival it came from, and why. What each record of it came to is
// counted by record. A function that tells which of its records failed fails none of its
// calls: each record fails for itself, with the function's part of failures. A record that
// is poison fails each of its deliveries to a function.
//
// What starts a flow is told of its end, but for callers and engines that only start it:
// they are told when the start has been taken. What is throttled within an
// execution is a failure to who started it: only a start can be turned away. An event that has started a flow is
// delivered, however that ends. A bus delivers again what was turned away; a function's
// own failures are tried again by its platform, where that takes the bus's calls.
// What is throttled within an execution is a failure to who started it: only a start can
// be turned away.
//
// # Times
//
// What comes next at the same time waits in a list until what is being told has been
// done (settle), so that loops do not nest. The timeouts of one length come in the
// order in which they were set, so that only the first of them has a timer
// (deadline.go).
//
// The time of a step, from entering to leaving it, is in four parts: waiting for an
// instance (of that, initialisation), functions' own time, what is called beside
// them, and the rest, the gap: orchestrator, network and waits for retries. The critical
// path of an execution that succeeded is the steps that determined its end (path.go):
// of branches and items the one that ended last, and before an item the one whose end
// made room for it. Its times add up to that of the execution from its first state on.
//
// # Keys
//
// The key of what a step makes is sim.MadeKey(its list's key, the hash of the step's
// name, how often the list has entered it before); branches and items have
// sim.MadeKey(that, attempt, index). A retry of a call has the key of the first try; its
// attempt goes into the stream's attempt. What is started again, a flow by a retry,
// draws anew. Batches have the key of their first record. Nothing is keyed by when it
// happens, so that two policies see the same variates.
//
// # Limits
//
// A limit (quota.go) is of a rate, of places at a time, or of a payload, and belongs to
// those who point to it: by a provider's rule an account in a region, a queue, a key. What
// refuses is counted by limit. A queue's receives and deletes keep to theirs
// (queue_limits.go): they wait, and are counted as refused once.
//
// # What meets
//
// Functions, flows and triggers that call, send to or limit each other run in one
// shard; applications that do not meet run apart (joined.go). Ran adds up what the
// shards have counted; the order changes no bit (merge.go).
//
// # What it leaves out
//
// A call that has been asked for is not called back. Executions have no priorities.
// Heartbeats are taken to come in time where an answer does.
package flows
