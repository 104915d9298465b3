package servers

// composePrefillFirst composes a step of whole prompts, where one can be
// admitted: in order, while the batch, padded to its longest, has room, and the
// memory above its watermark. Else what runs makes a token each, and where there
// is no block for one, the last that was admitted is preempted.
func (e *engine) composePrefillFirst() {
	var longest int64
	for e.opens() {
		i := e.waiting.heap[0].seq
		known := e.seqs.all[i].known
		if longest = max(longest, known); int64(len(e.flight.chunks)+1)*longest > e.MaxTokens {
			break
		}
		e.memory.take(blocksFor(known, e.size))
		e.sit(i, 0)
		e.chunk(i, known)
	}
	for e.flight.step.Tokens == 0 {
		e.flight.ticks = 1
		if _, preempted := e.proceed(); !preempted && e.flight.step.Tokens == 0 {
			panic("an engine with requests has nothing to do")
		}
	}
}

// opens reports whether there are a seat and blocks for the first in line.
func (e *engine) opens() bool {
	return len(e.waiting.heap) > 0 && int64(len(e.running.seats)) < e.MaxSequences &&
		blocksFor(e.seqs.all[e.waiting.heap[0].seq].known, e.size)+e.spared <= e.memory.free
}
