// Package servers is how instances serve whose requests share something: Shared
// shares processors, Batch one pass of many, LLM the steps and the memory of an
// engine, Split those of several, of two kinds, Models those of several models on the
// same GPUs; requests to a Hosted model share the limits and the cache of an account.
// Each is a sim.ServerFactory. (Slots, which share nothing, are the kernel's own.)
//
// A server is asked with times that never go back. It says when something in
// it happens next, and the kernel calls it then. Its arithmetic is in integers,
// so that the same calls give the same ends on every machine. What begins at a
// ns (a step, a batch whose wait is over) is of all who have come by then, those
// of that very ns among them, in whatever order they were offered and others
// ended: so it is made up when the clock has passed it, a ns later.
//
// # LLM
//
// An engine makes tokens in steps. A request has known tokens, its prompt and
// those made, of which so many are computed, that is, have keys and values in
// blocks of KV memory. A step:
//
//  1. One budget of tokens (MaxTokens). Each running request, in the order of
//     admission, is given all tokens that it has yet to compute, as far as the
//     budget goes: one where it decodes, a chunk where it has a prompt before it.
//  2. Tokens need blocks. Where there is none, the last running request is
//     preempted (under Priority the last by priority and arrival, which gives its
//     part of the step back): its blocks are free, and it is first in line. It can
//     be the one whose turn it is; then the pass is over.
//  3. If nobody was preempted, those who wait are admitted, in order, as long as
//     there is budget, a seat (MaxSequences), and room for all known tokens of the
//     first, less what the cache has of them, and for the watermark where something
//     runs. Only the blocks of its chunk are taken. Nobody overtakes.
//  4. The step takes what the Timer says. At its end each request with all known
//     tokens computed has one more. The last token is made and not computed: with
//     it the request ends, and its blocks are free.
//
// The prefix cache: a block that is full is known by its tokens and all before
// them from when they are scheduled, so that the next request of the same step
// finds it; made tokens are cached as those of prompts are. A request finds the
// longest run of blocks from its start that is there, and at most all tokens but
// one. Free blocks keep what they hold until they are reused, the least recently
// used first, of a request its last ones first. What tokens are equal, requests
// say by the ids of their extents (tokens.Request); what nobody else has, a
// request finds itself when it was preempted. Where two compute the same tokens
// side by side there are two copies, of which the older is found.
//
// PrefillFirst is the other order: whole prompts, in steps of their own, as many
// as fit when padded to the longest, come before what runs; no prefix cache, no
// null block, and the watermark always holds.
//
// Where decodes verify drafts (Speculation), each is given its last token and its draft in
// step 1, and gets the drafted tokens before the first wrong one, and one more. Blocks
// are taken for all of them and kept; known are those that are right, from the next step on.
// Such steps are taken one by one.
//
// # What makes it fast
//
// While everybody decodes and nobody can be admitted, steps are alike: each adds
// a token to every context, and every BlockSize-th a block to it. So an engine
// jumps: to the next end, or to where the free blocks run out, whichever is
// first. A Runner adds up the steps' times one by one, to the ns. Who comes
// within a jump cuts it: the steps up to then are taken, and the one under way
// goes on. While who waits for blocks might come to need fewer, since somebody
// makes tokens that others may share, there is no jump.
//
// Blocks are kept as runs: those of one extent, one after the other, that the
// same requests hold. A run held in part is cut, a free one gives up its tail.
// llm_twin_test.go is the engine without all this: each step, block and hash by
// itself. Both tell the same of random loads, to the ns, and their free blocks
// hold the same in the same order. split_twin_test.go puts several of them together.
//
// # Left out
//
// Trees of drafts, swapping, sliding windows, encoders and images, what
// adapters add to a step, several sequences a request, prompts that share tokens in the middle; of Split,
// transfers that begin before a prompt is done, and what they take from what the
// cache has where they go. Requests are withdrawn by timeouts alone.
package servers
