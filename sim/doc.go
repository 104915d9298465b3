// Package sim is the kernel: virtual time, the event queue, the life of an
// instance, the one path of a request, and the contracts that traces,
// workloads, policies, cost models and results meet in.
//
// # Model
//
// A workload lists functions and opens sources of invocations. Functions are
// served by deployments: a deployment is what scales, one function on Lambda,
// one app on Azure, on its platform. A deployment owns instances. The life of
// an instance is
//
//	initialising → idle ⇄ busy → (paused, demoted) → stopped
//
// and its initialisation is a sum of named phases, from waiting for a machine to
// capturing graphs (workload.go has them). A paused or demoted one is made whole
// again by what is left of them.
//
// A request takes one path:
//
//  1. arrive: the next invocation of the source, a ping of a prewarm policy, or
//     what follows from the end of another request;
//  2. admit: requests in a time, limits of the function, the account, and the ramp; over them it
//     is rejected or waits;
//  3. assign: to a free slot by the reuse rule or a routing policy; else an instance is woken or
//     started, and the request is bound to it or waits for whichever is free first;
//  4. serve: in a slot for its service time, cut by the timeout, or by the
//     instance's server, which says when it ends;
//  5. end: what follows arrives, the outcome is told, and an instance left
//     without requests is idle: the keep-alive policy says until when. One that
//     plans has instances of its scope stand by, too (ahead.go).
//
// # Actors
//
// An application is an Actor, one a shard. It is told of the invocations of functions
// that are Outside (they run nowhere: triggers), of its timers, of services that begin
// of functions that are Open, and as any Follower of the ends of requests; it says in a
// Next what arrives, which timers it sets, and which open services end. A service that
// is Open lasts as long as what it waits for (stores, other functions), and its slot,
// which others may wait for, is busy all that while. Where its instance's server is for
// all (an OpenFactory's), what it computes is asked of that, part by part. What is said is carried out when
// the actor has been told, and in the order of time: nothing calls it from within.
//
// Requests that an actor makes say whether they count (Counts): what follows from what
// arrived in the window belongs to it, whenever it happens.
//
// Its client gives up when its patience is over: what waits leaves the line, and
// what an instance has is cancelled, or served to its end for nobody. What follows
// from that arrives when the client has gone (patience.go).
//
// # Time and order
//
// Time is int64 nanoseconds from the start of the trace. No horizon and no duration
// is longer than Longest, ten years; what is drawn beyond is cut and counted. Events are ordered by
// (time, kind, function, ordinal within the function), never by a global
// counter, so that the order does not depend on how functions are spread over
// shards. The kinds are: a node fails, drains or is back, a request leaves its slot, a server moves, an open service
// begins on an instance that initialised for it, an
// initialisation ends, an arrival, an actor's timer, a waiting request gives up, there may be
// room, a ramp has a token, a stage changes, a planned start, a tick, an autoscaler's tick. An instance whose keep-alive
// ends at t still serves an arrival at t.
//
// Arrivals of the source come before those that are made, of the same function at the
// same time; those, and timers, go by all 64 bits of the key that the follower gave
// them, and then by when it said so (later.go). What a timer lets arrive or leave at its
// own time is next: so a slot that is freed at t, and a request that arrives at t, by a
// timer too, are there for all that gives up, stops or ticks at t. A service that ends
// at the time of its timeout has ended in time.
//
// # The horizon
//
// At the horizon the sources stop. What is under way goes on until nothing is pending,
// and what follows from it arrives: an actor that sets one timer after another stops by
// itself. Prewarm policies and plans are asked no more. Nor are autoscalers, but in a
// shard with an actor, where they are asked as long as a request of theirs is there,
// and no more once a thousand ticks have passed in which none arrived or ended. What
// nothing will serve then ends as unfinished: requests that wait, and where
// there are none, services that the actor does not end; what the actor makes of that is
// carried out in turn.
//
// Requests that wait are served in the platform's Order, that of their arrival if it says
// nothing: in the line of a deployment or node, and over all functions that the limit of an
// account holds back.
//
// # Shards
//
// Functions that cannot influence each other (no common deployment, policy
// scope, limit, nodes or stores, and no requests that follow from each other) run in shards of
// their own, on all cores, on however many platforms. An account limit couples all functions on its
// platform; it is first assumed not to bind, and the run is certified by the
// most requests that each shard has at a time in each second. Seconds in which
// the sums pass the limit are looked at in hundredths; where they still do, that
// run is discarded and the functions run coupled, on the joint path where the limit
// rejects and nothing else joins them (joint.go), and with followers that are made anew:
// the factory is told which of them are those of the pass that counts (Ran).
//
// # Observers
//
// What happened is handed to observers in batches, as plain integers, when it
// has happened. Their sums are associative, so shards can be merged in any order
// to the same bits.
//
// # Nodes
//
// Where a platform has a cluster, an instance takes memory and GPUs of a node, which a
// placement policy names, from its start to its stop. Where there is no room an eviction
// policy says which idle instances there leave. What finds no room all the same waits, or
// is rejected as over a limit. A placement that is a Balancer sends each request to a node
// when it arrives: there it is served, and waits in a line over all functions (nodeline.go).
// Nodes fail, drain and come back (outage.go); an autoscaler
// orders them for those that have no room, and lets empty ones go (nodescale.go). The
// services on a node may share its cores (contend.go).
//
// # Pools
//
// A platform may have instances that belong to no function (pool.go): stem cells, which
// have started a runtime, and what others have left of theirs. A start for a request takes
// one and goes through the phases that are left.
//
// # Loading
//
// A phase of an initialisation may load a content through the stores of its platform,
// which say how long that takes by what the instance's host and others keep (sim/stores).
//
// # Left out
//
// The priority of one request over another on a processor that they share.
package sim
