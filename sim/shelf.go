package sim

// shelf holds the instances that can take a request, in the order in which the
// reuse rule looks at them: the next one is at the end, or for the rules that
// take the first, at the start.
type shelf struct {
	ids  []instanceID
	head int
}

func (s *shelf) len() int          { return len(s.ids) - s.head }
func (s *shelf) all() []instanceID { return s.ids[s.head:] }
func (s *shelf) reset()            { s.ids, s.head = s.ids[:0], 0 }

func (s *shelf) append(id instanceID) {
	if s.head > 64 && s.head*2 > len(s.ids) {
		n := copy(s.ids, s.ids[s.head:])
		s.ids, s.head = s.ids[:n], 0
	}
	s.ids = append(s.ids, id)
}

func (s *shelf) takeLast() instanceID {
	id := s.ids[len(s.ids)-1]
	s.ids = s.ids[:len(s.ids)-1]
	return id
}

func (s *shelf) takeFirst() instanceID {
	id := s.ids[s.head]
	s.head++
	if s.head == len(s.ids) {
		s.reset()
	}
	return id
}

// drop takes id out, looking from the end, and reports whether it was there.
func (s *shelf) drop(id instanceID) bool {
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
