package results

import "github.com/coldcurve/coldcurve/sim"

// Users is what the requests of users came to, where clients give up or ask again:
// a request of a user is its attempts, one after the other until one is answered
// or no other follows. The cohort are those whose first attempt arrived in the
// window, whenever the others did, or that the simulation says count.
type Users struct {
	Requests uint64
	Attempts uint64     // at all of them
	Answered uint64     // by whichever attempt
	Failed   uint64     // whose last attempt the function answered with an error
	GaveUp   uint64     // whose last attempt had no answer; those of none of these were under way when the run ended
	Latency  *Histogram // of those answered, from the arrival of the first attempt to the answer
	Traffic  *Traffic   `json:",omitempty"` // over time; nil where nothing is asked over time
}

// answered is the part of the users' requests that were answered without an error; without
// clients each request is a user's.
func (r *Row) answered() float64 {
	if r.hasClients() {
		return r.mean(successColumn)
	}
	return r.share("completed")
}

func newUsers() *Users { return &Users{Latency: new(Histogram)} }

// add counts a batch of attempts.
func (u *Users) add(w sim.Window, batch []sim.Outcome) {
	for i := range batch {
		o := &batch[i]
		first := o.Arrival - o.Earlier
		in := w.Contains(first)
		if o.Counts != sim.ByArrival {
			in = o.Counts == sim.Counted
		}
		if o.Flags&sim.Ping != 0 || !in {
			continue
		}
		u.Attempts++
		if o.Attempt == 0 {
			u.Requests++
		}
		switch {
		case o.Status == sim.Completed:
			u.Answered++
			u.Latency.Record(o.End - first)
		case o.Status == sim.Unfinished || o.Retried: // no last attempt
		case o.Status == sim.Failed && o.Failure != sim.ByNode: // what a node takes with it has no answer
			u.Failed++
		default:
			u.GaveUp++
		}
	}
}

// warm counts a run of warm requests, which have one attempt each.
func (u *Users) warm(w sim.Window, run []sim.Invocation) {
	for i := range run {
		if v := &run[i]; w.Contains(v.Arrival) {
			u.Attempts++
			u.Requests++
			u.Answered++
			u.Latency.Record(v.Service)
		}
	}
}

func (u *Users) merge(o *Users) {
	if u == nil {
		return
	}
	u.Requests += o.Requests
	u.Attempts += o.Attempts
	u.Answered += o.Answered
	u.Failed += o.Failed
	u.GaveUp += o.GaveUp
	u.Latency.Merge(o.Latency)
	u.Traffic.merge(o.Traffic)
}
