package sim

import "testing"

// quota lets the servers of a deployment take so many requests, and has the others
// rejected at once.
type quota int

func (q quota) New(Group) Server { panic("a deployment has a factory of its own") }

func (q quota) Sharing(Group) ServerFactory { return &rationing{left: int(q)} }

// rationing is the factory of one deployment.
type rationing struct{ left int }

func (r *rationing) New(Group) Server { return &rationed{apartServer: apartServer{slots: 9}, of: r} }

type rationed struct {
	apartServer
	of      *rationing
	refused []uint32
	at      Time
}

func (s *rationed) Offer(now Time, r ServerRequest) bool {
	if s.of.left > 0 {
		s.of.left--
		return s.apartServer.Offer(now, r)
	}
	s.refused, s.at = append(s.refused, r.ID), now
	return true
}

func (s *rationed) Next() Time {
	if len(s.refused) > 0 {
		return s.at
	}
	return s.apartServer.Next()
}

func (s *rationed) Advance(now Time, ended []ServerEnd) []ServerEnd {
	for _, id := range s.refused {
		ended = append(ended, ServerEnd{ID: id, Status: Rejected})
	}
	s.refused = nil
	return s.apartServer.Advance(now, ended)
}

// Of two requests a deployment, the instance takes 3 to start. The first waits for
// it (0 to 3) and is served to 8; the instance stops as soon as it is idle. That of
// 20 waits for a second one and is rejected there at 23, since the quota is the
// deployment's and not the instance's: its service never began, so that it is not
// cold, has no initialisation, and counts to no instance. The second function has a
// quota of its own.
func TestServerRejects(t *testing.T) {
	l := &list{functions: []Function{{Name: "a"}, {Name: "b"}}, invocations: [][]Invocation{
		{{Arrival: 0, Service: 5}, {Arrival: 20, Service: 5}}, {{Arrival: 30, Service: 5, Function: 1}}}}
	got, _ := replay(t, Config{Workload: l, Window: Window{Horizon: 50}, Platforms: []Platform{{
		KeepAlive: window(0), Concurrency: 9, Server: quota(1), Init: Init{{Phase: PhaseSandbox, Duration: Constant(3)}}}}})
	for i, want := range []Outcome{
		{Arrival: 0, Start: 3, End: 8, Init: 3, Status: Completed, Flags: Cold, Started: true, Cause: FirstUse},
		{Arrival: 20, Start: 23, End: 23, Ordinal: 1, Status: Rejected},
		{Arrival: 30, Start: 33, End: 38, Init: 3, Function: 1, Status: Completed, Flags: Cold, Started: true, Cause: FirstUse},
	} {
		if o := got.outcomes[i]; o != want {
			t.Errorf("request %d:\n got %+v\nwant %+v", i, o, want)
		}
	}
	var served []uint32
	for _, v := range got.lives {
		served = append(served, v.Served)
	}
	if len(served) != 3 || served[0]+served[1]+served[2] != 2 {
		t.Errorf("instances served %v requests, want 1, 0 and 1", served)
	}
}
