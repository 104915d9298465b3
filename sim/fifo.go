package sim

// fifo is a list that is added to at its end, taken from at its start, and keeps
// its memory.
type fifo[ID any] struct {
	ids  []ID
	head int
}

func (l *fifo[ID]) len() int  { return len(l.ids) - l.head }
func (l *fifo[ID]) all() []ID { return l.ids[l.head:] }
func (l *fifo[ID]) reset()    { l.ids, l.head = l.ids[:0], 0 }

func (l *fifo[ID]) append(id ID) {
	if l.head > 64 && l.head*2 > len(l.ids) {
		n := copy(l.ids, l.ids[l.head:])
		l.ids, l.head = l.ids[:n], 0
	}
	l.ids = append(l.ids, id)
}

func (l *fifo[ID]) takeFirst() ID {
	id := l.ids[l.head]
	l.head++
	if l.head == len(l.ids) {
		l.reset()
	}
	return id
}
