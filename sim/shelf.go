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

// drop takes id out, looking from both ends, and reports whether it was there.
func (s *shelf) drop(id instanceID) bool {
	a := s.all()
	for j, i := 0, len(a)-1; j <= i; j, i = j+1, i-1 {
		switch id {
		case a[i]:
			copy(a[i:], a[i+1:])
			s.ids = s.ids[:len(s.ids)-1]
			return true
		case a[j]:
			copy(a[1:j+1], a[:j])
			s.takeFirst()
			return true
		}
	}
	return false
}
