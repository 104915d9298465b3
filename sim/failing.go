package sim

import "fmt"

// checkError refuses a part of services that is none.
func checkError(f *Function) error {
	switch {
	case !(f.Error >= 0 && f.Error <= 1):
		return fmt.Errorf("the part of its services that fail is %v, want 0 to 1", f.Error)
	case !(f.InitError >= 0 && f.InitError < 1):
		return fmt.Errorf("the part of its initialisations that fail is %v, want 0 to below 1", f.InitError)
	case f.InitError > 0 && (f.Open || f.Outside):
		return fmt.Errorf("a part of its initialisations fails, %v, and it is open or outside: what an actor waits for would not begin", f.InitError)
	case f.Error > 0 && (f.Open || f.Outside):
		return fmt.Errorf("a part of its services fails, %v, and it is open or outside, where an actor says how they end", f.Error)
	}
	return nil
}

// checkInitErrors refuses a function whose initialisations fail on a platform where nobody
// says what that would do.
func (p *Platform) checkInitErrors(f *Function) error {
	if f.InitError > 0 && p.Server != nil {
		return fmt.Errorf("a part of its initialisations fails, %v, and its instances have servers, want slots", f.InitError)
	}
	return nil
}

// refuseInitErrors does so where its keep-alive is an offline bound.
func (s *shard) refuseInitErrors(d *deployment) {
	if !d.bound {
		return
	}
	for _, m := range d.unit.Functions {
		if f := &s.all[m]; f.InitError > 0 {
			panic(refusal{fmt.Errorf("%s has an offline bound as its keep-alive, and a part of its initialisations fails, %v: which gaps a bound would bridge depends on that", f.ID(), f.InitError)})
		}
	}
}

// breaks draws whether the initialisation of an instance fails that starts for a request.
// One that does takes nobody else: whoever is bound to it fails when it ends, and then it
// stops.
func (s *shard) breaks(d *deployment, id instanceID, c cause) {
	f := &s.starts[c.fn]
	if f.initError == 0 || c.stream(NewStream(s.config.Key, c.purpose+initErrorKey, f.key)).Uniform(c.key) >= f.initError {
		return
	}
	s.instances[id].flags |= Draining
	s.births[id].leaving = InitFailed
	d.loses(InitFailed)
	if d.ticks {
		s.leaves(d, id)
	}
}

// broken reports whether the initialisation of an instance fails, or has.
func (s *shard) broken(id instanceID) bool {
	return s.instances[id].flags&Draining != 0 && s.births[id].leaving == InitFailed
}

// outcomeOn returns how long a judged request takes on an instance by itself that would take
// so long, and how it ends, with what it draws of failures.
func (s *shard) outcomeOn(id instanceID, r *request, work Time) (service Time, status Status) {
	switch {
	case s.broken(id):
		return 0, Failed
	case s.fails(r):
		return s.failing(r, work), Failed
	}
	return work, Completed
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
