// Package draw draws the graph of an application as one SVG that needs nothing beside
// itself.
//
// # Model
//
// A Diagram is plain values: nodes, edges, and groups that nest. It is drawn from top
// to bottom, after Sugiyama, Tagawa and Toda (1981), group by group from the inside out:
//
//  1. build.go: each group is a level. An edge between levels goes through ports on the
//     frames that it crosses; edges with one target share them.
//  2. rank.go: cycles are broken where a depth-first search finds them; ranks are
//     longest paths, and a rank that is wider than the drawing may be goes on in the next.
//  3. bend.go: what passes a rank has a place of its own there, and so has each label.
//     Edges with one target share the places: they join on the way.
//  4. order.go: barycentre sweeps from several orders, then swaps of neighbours, reduce
//     crossings; of orders with equally few, that whose edges go least to the side is taken.
//  5. place.go: places along a rank come from least squares under the order (pool
//     adjacent violators), with long edges heaviest, so that they are straight.
//  6. path.go: within a rank an edge runs straight down at its place, and it bends
//     between ranks only. So boxes and labels never overlap, and no edge crosses a box.
//
// Back edges and repetitions run round the side. Text is measured in Liberation Sans, as
// in the plots, wrapped, and shortened where a box has no more room; a title holds the
// whole. Lengths are CSS pixels. The same diagram gives the same bytes.
//
// It is no general graph drawing: ranks are always rows, and ends of edges that name
// nothing are left out.
package draw
