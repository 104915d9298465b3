package sim

// instance is one execution environment: the cache line that serving a
// request touches. The rest is in birth.
type instance struct {
	created   Time
	ready     Time
	idleSince Time
	until     Time // when its keep-alive ends, while idle
	idle      Time // whole-instance idle time within the window
	active    Time // start of the stretch that it initialises or serves in
	served    uint32
	inUse     int32 // requests being served or bound to it
	gen       uint32
	flags     Flags
}

// birth is what of an instance only its start, its stop and the orders of
// creation need.
type birth struct {
	phases  [NumPhases]Time
	ordinal uint32 // of creation within the deployment
	dep     uint32
}

// waiter is a request from its arrival to the start of its service.
type waiter struct {
	arrival Time
	service Time
	fn      uint32 // local index
	ordinal uint32
	flags   Flags // Ping
}

// fifo holds waiting requests in the order of their arrival.
type fifo struct {
	items []waiter
	head  int
}

func (f *fifo) len() int       { return len(f.items) - f.head }
func (f *fifo) first() *waiter { return &f.items[f.head] }

func (f *fifo) push(w waiter) {
	if f.head > 64 && f.head*2 > len(f.items) {
		n := copy(f.items, f.items[f.head:])
		f.items, f.head = f.items[:n], 0
	}
	f.items = append(f.items, w)
}

func (f *fifo) pop() waiter {
	w := f.items[f.head]
	f.head++
	if f.head == len(f.items) {
		f.items, f.head = f.items[:0], 0
	}
	return w
}

// popLast takes back the request pushed last.
func (f *fifo) popLast() waiter {
	w := f.items[len(f.items)-1]
	f.items = f.items[:len(f.items)-1]
	return w
}

// remove takes out the request of (fn, ordinal, ping or not), if it is there.
func (f *fifo) remove(fn, ordinal uint32, ping Flags) (waiter, bool) {
	for i := f.head; i < len(f.items); i++ {
		if w := f.items[i]; w.fn == fn && w.ordinal == ordinal && w.flags == ping {
			f.items = append(f.items[:i], f.items[i+1:]...)
			return w, true
		}
	}
	return waiter{}, false
}

func (f *fifo) reset() { f.items, f.head = f.items[:0], 0 }

// shelf holds the instances that can take a request, in the order in which the
// reuse rule looks at them: the next one is at the end, or for the rules that
// take the first, at the start.
type shelf struct {
	ids  []uint32
	head int
}

func (s *shelf) len() int      { return len(s.ids) - s.head }
func (s *shelf) all() []uint32 { return s.ids[s.head:] }
func (s *shelf) reset()        { s.ids, s.head = s.ids[:0], 0 }

func (s *shelf) append(id uint32) {
	if s.head > 64 && s.head*2 > len(s.ids) {
		n := copy(s.ids, s.ids[s.head:])
		s.ids, s.head = s.ids[:n], 0
	}
	s.ids = append(s.ids, id)
}

func (s *shelf) takeLast() uint32 {
	id := s.ids[len(s.ids)-1]
	s.ids = s.ids[:len(s.ids)-1]
	return id
}

func (s *shelf) takeFirst() uint32 {
	id := s.ids[s.head]
	s.head++
	if s.head == len(s.ids) {
		s.reset()
	}
	return id
}

// drop takes id out, looking from the end, and reports whether it was there.
func (s *shelf) drop(id uint32) bool {
	a := s.all()
	for i := len(a) - 1; i >= 0; i-- {
		if a[i] == id {
			copy(a[i:], a[i+1:])
			s.ids = s.ids[:len(s.ids)-1]
			return true
		}
	}
	return false
}
