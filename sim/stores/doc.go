// Package stores implements sim.Stores: tiers that keep what starts load
// (images, weights, snapshots), nearest first, such as the memory and the drives
// of a host and a registry. The last one keeps everything.
//
// A content is loaded from the nearest store that has it, in the bytes that the
// phase needs ÷ that store's bandwidth, and is then kept by all nearer ones that
// are large enough, which drop for it the contents that were used least
// recently. One that is on its way already is waited for, where that is sooner
// than to load it again; with it come all its bytes, though a start waits only
// for those that it needs.
//
// A store is one for each host, or one for all. An instance starts on a host that
// is drawn, or on the one where it would be loaded soonest.
//
// # Left out
//
// Loads that go on at the same time do not share a bandwidth. Hosts have room for
// any number of instances. A content is used when an instance starts, whatever
// comes before the phase that loads it.
package stores
