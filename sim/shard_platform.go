package sim

// platform is what a shard knows of a platform: the plain values of Platform,
// and what follows from them once.
type platform struct {
	Platform
	id     PlatformID
	stores Stores // of the run; nil: none
	pool   *pool  // of the run; nil: none

	fromStart  bool // the reuse rule takes the first on a shelf
	byCreation bool // shelves are in the order of creation
	least      bool // the reuse rule looks for the fewest requests, over all shelves
	single     bool // one slot an instance and nothing ever waits for another's end
	unlimited  bool // no limit on requests
	rated      bool // a limit on requests in a time is enforced
	plain      bool // of all that it can have, plain paths carry what it has
	counts     bool // the order of those who wait asks how often they come
}

// newPlatform readies a platform; account is the account limit to enforce.
func newPlatform(id PlatformID, p *Platform, account int) platform {
	l := &p.Limit
	limited := l.Function > 0 || l.Instances > 0 || l.Fleet > 0 || l.Ramp != Ramp{} || account > 0 || p.Cluster != nil
	out := platform{
		Platform: *p, id: id,
		fromStart:  p.Reuse == Oldest || p.Reuse == LeastRecent,
		byCreation: p.Reuse == Oldest || p.Reuse == Newest,
		least:      p.Reuse == LeastLoaded,
		single:     p.Concurrency <= 1 && p.Server == nil && p.Dispatch == BoundDispatch && (!limited || l.Over == RejectOver),
		unlimited:  l.Function == 0 && account == 0,
		rated:      l.Requests != Ramp{} && l.Function+account > 0,
		counts:     p.Order.counts(),
	}
	out.plain = out.single && l.Function == 0 && !out.fromStart && !out.least && l.Instances == 0 && l.Fleet == 0 &&
		p.Routing == nil && p.Stockout.Probability == 0 && p.Stores == nil && p.Cluster == nil && p.Pool == nil
	return out
}
