// Package serve answers what it costs a month to serve a language model, and which
// way to do so is the cheapest that is fast enough.
//
// # Model
//
//  1. Settings are the question: the model, the requests a month, their tokens and how
//     the load is spread, or a trace. What is guessed is a range; what nobody said is
//     assumed, and all of it is listed with its basis.
//  2. The number of requests of a window is known and their arrivals are random, as in
//     package estimate. Their tokens are the means of as many equal parts of the
//     distribution as there are requests (strata.go), which the context cuts
//     (lognormal.go), so that a month has the tokens that were said.
//  3. Plans are per-token APIs that offer the model by name (offers.go) or that the user
//     takes to be as good, and GPUs on which it fits (engine.go) of the providers of
//     ways.toml: scaled to zero, kept warm, rented.
//  4. Each plan is simulated (sim.Run, with servers of sim/servers) and billed by its
//     tariff. Instances that always run serve alike whoever is paid: each number of them
//     is simulated once (fleet.go), and they are as many as keep the bound.
//  5. Break-even (envelope.go, breakeven.go) has of each kind the cheapest plan at each load,
//     and finds where the cheapest changes its kind; instances that always run follow the load.
//  6. Optimize searches provider, board, GPUs of an instance, time that idle instances
//     stay, and those that always stand, by successive halving (estimate.Halving).
//
// # Determinism
//
// The answer depends on the settings, the seed and the tariffs, not on the number of
// workers. Plans share their random numbers.
//
// # Left out
//
// Providers' own autoscalers, limits of APIs, stock-outs, clients that give up, and all
// that is not tokens or the time of instances.
package serve
