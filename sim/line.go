package sim

// line holds requests that wait: in the order of their arrival, or of another Order as a
// binary heap (order.go), whose first is the first of it too.
type line struct {
	fifo[requestID]
	changes uint64 // of a heap
}

func (l *line) first() requestID { return l.ids[l.head] }
func (l *line) last() requestID  { return l.ids[len(l.ids)-1] }

// remove takes a request out, wherever it stands. The one that waits longest
// is most often the one that gives up, so the search begins there.
func (l *line) remove(id requestID) {
	for i := l.head; i < len(l.ids); i++ {
		if l.ids[i] != id {
			continue
		}
		if i == l.head {
			l.takeFirst()
			return
		}
		l.ids = append(l.ids[:i], l.ids[i+1:]...)
		return
	}
}
