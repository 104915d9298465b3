package sim

// shelf holds the instances that can take a request, in the order in which the
// reuse rule looks at them: the next one is at the end, or for the rules that
// take the first, at the start.
type shelf struct{ fifo[instanceID] }

func (s *shelf) takeLast() instanceID {
	id := s.ids[len(s.ids)-1]
	s.ids = s.ids[:len(s.ids)-1]
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
