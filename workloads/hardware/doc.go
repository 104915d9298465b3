// Package hardware is how long the passes of a language model take on a GPU:
// tables that were measured, each with its source and grade, and profiles
// composed from them.
//
// # Model
//
//  1. [New] makes of a [Spec] (a GPU, how many of them, a model, a precision,
//     an engine) a [Profile], which is a servers.Runner: it times the passes
//     of an engine.
//  2. A pass takes what its tokens take (products, norms, all-reduces), what
//     its sequences take (lm_head, sampler), what attention takes of the
//     requests that decode and of those that prefill, and what the host takes.
//     Each is a table, straight between its points.
//  3. The tables are, in this order: the operations of this very model,
//     measured on this GPU (grade A); kernels of any shape measured on this GPU
//     (grade B, or C where a part of the model was not); the board's
//     bandwidth and arithmetic alone, a roofline (grade U). [Facts] says which,
//     and what was derived.
//  4. Beyond what was measured, lines go on as their last two points say, and
//     are never clipped; [Profile.Beyond] tells such passes.
//  5. Where contexts differ, attention goes 0.054 of the way from its time at
//     their mean to that at the longest, on every GPU.
//  6. What fits in memory is computed and shown ([Fit]); a model that does not
//     fit is an error with the arithmetic.
//  7. [Facts.Band] is the error to expect under a scheduler, from the accuracy table,
//     which a test writes from measured runs of engines ([Accuracies]).
//
// GPUs and models are one file each, in gpus and models; tabulate makes the
// measured tables from what others have published.
//
// # Units
//
// Times are nanoseconds; the sums are floats that are rounded once a pass,
// without fused products, so that they are the same on every machine.
//
// # Left out
//
// Graphs' padding of small passes, power by load (Draw is one for prompts, one for tokens),
// several nodes, pipeline and expert parallelism.
package hardware
