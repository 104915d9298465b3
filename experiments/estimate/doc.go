// Package estimate answers an architect: what will this application cost a
// month, on any provider, line by line; how slow will it be; where do the
// alternatives break even; and which plan is the cheapest that meets an SLO?
//
// # Model
//
//  1. An Input is the question: functions with their load, from a guess
//     (Settings) or from logs (FromLogs). What is guessed is a Range, and what
//     nobody said is assumed; all of it is listed with its basis.
//  2. A load is a number of requests in stretches of time. Given the number, the
//     arrivals are independent and distributed as the shape says: a Poisson
//     process conditioned on its count, so that 3M requests a month are billed
//     as 3M. A log is replayed by its own arrivals.
//  3. An alternative (alternatives.toml) is a platform with a tariff. The load is
//     fitted to it: memory sizes, the function's own initialisation in place of
//     the platform's from the runtime on, and, where the share of CPU is known,
//     the duration: share × CPU then ÷ CPU there + (1 − share), where one
//     thread has memory ÷ 1,769 MB of a vCPU on Lambda, at most one.
//  4. Each alternative is simulated some times (sim.Run) and priced, one bill a
//     replication; of a simulation its columns, its total and its usage are
//     kept. The bill that is shown is the one with the median total; the spread
//     of the others, a bootstrap over the days of a log, and the bills at both
//     ends of what was guessed are three different ranges, and say so.
//     Plans of two currencies are compared where a rate is given (Input.Rates),
//     else within each.
//  5. Break-even finds the loads at which two plans cost the same, by root
//     finding on simulated bills, in each replication by itself.
//  6. Optimize searches what a tenant controls by successive halving. What it
//     compares with is what a log was billed for; a guess has no today.
//  7. Free grants are an account's: each bill says what they have taken off, and
//     Input.FreeTier leaves them out.
//
// # Determinism
//
// The answer depends on the input, the seed and the tariffs; not on the number
// of workers. Plans share their random numbers.
//
// # Left out
//
// Of functions: gateways, storage and egress; retries. Whole applications are asked
// about in package apps.
// Memory, disks and networks of an instance are not shared by its requests, its
// CPU is.
package estimate
