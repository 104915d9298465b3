package sim

// line holds the waiting requests of a deployment in the order of their
// arrival.
type line struct {
	ids  []requestID
	head int
}

func (l *line) len() int         { return len(l.ids) - l.head }
func (l *line) first() requestID { return l.ids[l.head] }
func (l *line) last() requestID  { return l.ids[len(l.ids)-1] }
func (l *line) reset()           { l.ids, l.head = l.ids[:0], 0 }

func (l *line) push(id requestID) {
	if l.head > 64 && l.head*2 > len(l.ids) {
		n := copy(l.ids, l.ids[l.head:])
		l.ids, l.head = l.ids[:n], 0
	}
	l.ids = append(l.ids, id)
}

func (l *line) pop() requestID {
	id := l.ids[l.head]
	l.head++
	if l.head == len(l.ids) {
		l.reset()
	}
	return id
}

// remove takes a request out, wherever it stands. The one that waits longest
// is most often the one that gives up, so the search begins there.
func (l *line) remove(id requestID) {
	for i := l.head; i < len(l.ids); i++ {
		if l.ids[i] != id {
			continue
		}
		if i == l.head {
			l.pop()
			return
		}
		l.ids = append(l.ids[:i], l.ids[i+1:]...)
		return
	}
}
