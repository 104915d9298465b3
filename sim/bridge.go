package sim

// coldRequest is a request that a bound lets start cold.
type coldRequest struct {
	id  requestID
	gen generation
	any bool
}

// bridge takes the instance of a deployment that was idle for the shortest time, if its
// bound bridges that gap; else it has stopped when the gap began. A request for which it
// does not is cold, however often it looks for an instance: the gaps below are others'.
func (s *shard) bridge(d *deployment, rid requestID, now Time) (instanceID, bool) {
	request := coldRequest{rid, s.requests[rid].gen, true}
	if d.unbridged == request {
		return noInstance, false
	}
	id := d.idle.takeLast()
	if since := s.instances[id].idleSince; now > since && !d.offline.Keep(View{d}, now-since) {
		s.stop(d, id, since, Expired)
		d.unbridged = request
		return noInstance, false
	}
	return id, true
}
