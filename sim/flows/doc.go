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
//     arrival, or for each batch that its queue or stream forms.
//  2. An execution is a tree of frames. A frame is at one step of a list; parallel
//     and map make frames below it and wait for them. What a frame does next is said
//     by its step's kind, one file each (step_*.go).
//  3. A call makes a request at a function, which the kernel serves as any other.
//     A function that waits for stores or for other functions is Open: its service
//     goes on until what it waits for is there, and its instance is busy, and billed,
//     for all of it (body.go).
//  4. A service answers after a latency drawn by size, or throttles by its limit
//     (service.go). Between places there are round trips and egress (net.go).
//  5. What was used is counted in integers by meter, and by trigger, owner (the step,
//     function, trigger or service that it is for) and cause (tally.go).
//
// # Keys
//
// The key of what a step makes is sim.MadeKey(its frame's key, step, index), where
// index tells the items of a map, the branches of a parallel and the rounds of a loop
// apart. A retry has the key of the first try; its attempt goes into the stream's
// attempt. Batches have the key of their first record. Nothing is keyed by when it
// happens, so that two policies see the same variates.
package flows
