package flows

// Children of a key, beside those that have a number: what is made once for what has the
// key. They are above every step, try and use of a list, so that none meets another.
const (
	beforeChild  = 1<<16 + iota // of a call: what is asked before it
	behindChild                 // of a call: what is behind the cache that it misses
	feedChild                   // of a write: the record that it feeds
	routeChild                  // of a step: its targets, so that one that fails says nothing about the next
	besideChild                 // of a start: what is asked beside it
	recordChild                 // of a record: what is asked for it; a batch has the key of its first record, and calls with that
	keyChild                    // of a call: its service's data key
	deleteChild                 // of a delivery: a delete of what is done of it
	retrierChild                // of a step: a retrier behind its first

	stateChild = feedChild // of a request, which feeds nothing by itself: the read of its instance's state
)
