// Package servers is how instances serve whose requests share something: one
// file a model, each a sim.ServerFactory. (Slots, which share nothing, are the
// kernel's own.)
//
// A server is asked with times that never go back. It says when something in
// it happens next, and the kernel calls it then; between two calls nothing
// changes. Its arithmetic is in integers, so that the same calls give the same
// ends on every machine.
package servers
