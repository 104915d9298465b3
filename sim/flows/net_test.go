package flows

import "testing"

// A request of 3,000 bytes goes to another region and 1,000 come back: half a round
// trip of 64 ms each way, 1 µs a byte there and 2 µs back, and each place pays for what
// it sends. A handshake of one round trip more comes before.
func TestWayToAnotherPlace(t *testing.T) {
	for _, c := range []struct {
		trips float64
		start float64
		want  string
	}{
		{0, 32 + 3, "0 ms for 111 ms: completed"},  // 10 + 32 + 3 + 32 + 32 + 2: below
		{1, 64 + 35, "0 ms for 175 ms: completed"}, // and 64
	} {
		s := newStage()
		there := s.place("there")
		out, back := s.meter("out"), s.meter("back")
		*s.hop(0, there) = Hop{RTT: constant(64), PerByte: 1000, Egress: out, Trips: c.trips}
		*s.hop(there, 0) = Hop{RTT: constant(64), PerByte: 2000, Egress: back, Trips: c.trips}
		callee := s.function(Function{Name: "callee", Place: there, Base: constant(32), Output: fixedBytes(1000)})
		use := calls(callee)
		use.Size = fixedBytes(3000)
		caller := s.function(Function{Name: "caller", Base: constant(10), Uses: []Use{use}})
		s.called(caller, 0)
		a, tape := s.run(t)
		same(t, []string{c.want}, told(tape, caller))
		if got := of(tape, callee)[0].Start; got != millis(10+c.start) {
			t.Errorf("the callee begins at %d ns, want %v ms", got, 10+c.start)
		}
		same(t, []int64{3000, 1000}, []int64{a.used(out, Work), a.used(back, Work)})
	}
}

// A write sends its bytes to the store, a read gets them from there: who sends pays.
func TestBytesOfAStoreElsewhere(t *testing.T) {
	s := newStage()
	there := s.place("there")
	out, back := s.meter("out"), s.meter("back")
	*s.hop(0, there) = Hop{RTT: constant(10), PerByte: 1000, Egress: out}
	*s.hop(there, 0) = Hop{RTT: constant(10), PerByte: 2000, Egress: back}
	v := aStore(constant(5), constant(7))
	v.Place = there
	store := s.service(v)
	read, write := asks(store, 0), asks(store, 1)
	read.Size, write.Size = fixedBytes(1000), fixedBytes(3000)
	f := s.function(Function{Name: "f", Uses: []Use{read, write}})
	s.called(f, 0)
	a, tape := s.bothWays(t)
	same(t, []string{"0 ms for 37 ms: completed"}, told(tape, f)) // 10 + 5 + 2, 10 + 7 + 3
	same(t, []int64{3000, 1000}, []int64{a.used(out, Work), a.used(back, Work)})
}
