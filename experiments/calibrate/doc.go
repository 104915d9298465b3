// Package calibrate fits a profile of hardware to an engine's own log of requests.
//
// # Model
//
//  1. [Read] reads the log: of each request when it arrived, its tokens in and
//     out, its first token and its last, on one clock.
//  2. All requests are replayed, at their arrivals, through servers.LLM on the
//     profile that hardware.New makes. Of those that arrived first, half of them,
//     the measured times are fitted to; the times of the others are seen by no
//     fit, and tell how good it is.
//  3. A fit makes Σ over TTFT and TPOT of the mean of |ln(simulated ÷ measured)|
//     least, each in units of its own scatter before the fit, which makes the
//     noisy TTFT of a lightly loaded engine weigh less than its even TPOT.
//  4. How well the log tells a value is seen by leaving out a sixth of the fitted
//     requests at a time (a jackknife of runs of arrivals, since neighbours are
//     not independent). A value that is uncertain by more than a twentieth of
//     what it is part of, or that does not differ from the profile's own by two
//     standard errors, is left as it was, and the rest is fitted again.
//  5. What no fit could tell is refused before: values that can stand for each other
//     on requests that are all alike, and what [Refused] says else.
//  6. [Calibration.Document] is the profile as a file that experiments name:
//     hardware = { profile = "FILE" }.
//
// The same log and flags give the same bytes; nothing is drawn at random.
//
// # Left out
//
// Several engines behind one log, requests that were cancelled, and prefixes that
// requests share where the log does not name blocks: the values stand for what hits
// saved, which the calibration says (hardware.Calibration.HitsUnknown).
package calibrate
