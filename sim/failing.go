package sim

import "fmt"

// checkError refuses a part of services that is none.
func checkError(f *Function) error {
	switch {
	case !(f.Error >= 0 && f.Error <= 1):
		return fmt.Errorf("the part of its services that fail is %v, want 0 to 1", f.Error)
	case f.Error > 0 && (f.Open || f.Outside):
		return fmt.Errorf("a part of its services fails, %v, and it is open or outside, where an actor says how they end", f.Error)
	}
	return nil
}

// fails reports whether the service of a request fails, at its end. That is drawn by the
// request and its attempt, whenever and wherever it is served.
func (s *shard) fails(r *request) bool {
	if !s.fns[r.fn].fails || r.flags&Ping != 0 {
		return false
	}
	f := &s.starts[r.fn]
	return NewStream(s.config.Key, PurposeError, f.key).Attempt(uint64(r.attempt)).Uniform(r.key) < f.error
}

// failing returns how long a service takes that fails, which would have taken so long.
func (s *shard) failing(r *request, service Time) Time {
	f := &s.starts[r.fn]
	if f.errorTime == nil {
		return service
	}
	return s.drawn(f.errorTime.Sample(NewStream(s.config.Key, PurposeErrorTime, f.key).Attempt(uint64(r.attempt)).Uniform(r.key)))
}
