// Package sim is the kernel: virtual time, the event queue, the life of an
// instance, the one path of a request, and the contracts that traces,
// workloads, policies, cost models and results meet in.
//
// # Model
//
// A workload lists functions and opens sources of invocations. Functions are
// served by deployments: a deployment is what scales, one function on Lambda,
// one app on Azure. A deployment owns instances. The life of an instance is
//
//	initialising → idle ⇄ busy → stopped
//
// and its initialisation is a sum of named phases (sandbox, image, runtime,
// dependencies, weights, engine).
//
// A request takes one path:
//
//  1. arrive: the next invocation of the source, or a ping of a prewarm policy;
//  2. admit: limits of the function, the account, and the ramp; over them it
//     is rejected or waits;
//  3. assign: to a free slot by the reuse rule; else an instance is started,
//     and the request is bound to it or waits for whichever is free first;
//  4. serve: for its service time, cut by the timeout;
//  5. finish: an instance left without requests is idle, and the keep-alive
//     policy says until when.
//
// # Time and order
//
// Time is int64 nanoseconds from the start of the trace. Events are ordered by
// (time, class, function, ordinal within the function), never by a global
// counter, so that the order does not depend on how functions are spread over
// shards. The classes are: completion, readiness, arrival, deadline, prewarm,
// tick. An instance whose keep-alive ends at t still serves an arrival at t.
//
// # Shards
//
// Functions that cannot influence each other (no common deployment, policy
// scope or limit) run in shards of their own, on all cores. An account limit
// couples all functions; it is first assumed not to bind, and the run is
// certified by the most requests that each shard has at a time in each
// one-second bucket. Where the sums do not stay within the limit, that run is discarded
// and the functions run coupled.
//
// # Observers
//
// What happened is handed to observers in batches, as plain integers. Their
// sums are associative, so shards can be merged in any order to the same bits.
//
// # Left out
//
// Nodes, placement and eviction under pressure; client retries; servers other
// than slots. docs/contracts.md says how each of these would be carried.
package sim
