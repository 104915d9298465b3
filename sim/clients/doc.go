// Package clients is what calls a platform: how long it waits for an answer, and
// what it does without one.
//
// A client waits for its Timeout, from the arrival of an attempt, and then gives
// that up (sim.Function.Patience: the kernel ends the request as abandoned). After
// an answer that it retries on, it asks again, up to Retries times: it waits
//
//	Backoff × Factor^n, at most Cap
//
// after the n-th attempt, from 0, or with full jitter a part of that, uniform from
// none to all of it ("Exponential Backoff and Jitter", AWS Architecture Blog,
// 2015). The n-th draw of a request is keyed by its key and n, never by when it is
// made, so that two policies see the same clients.
//
// A retry asks the same: it has the service time, the row of columns and the key of
// the first attempt, hence its tokens. What the platform draws for it (a cold
// service, an initialisation, the pace of a server) is keyed by the attempt, too.
//
// Left out: budgets of retries over many requests, circuit breakers, hedged
// requests, and a client that sees how long to wait in the answer (Retry-After).
package clients
