package sim

// LimitKind is which bound of its platform a request met as it arrived, and could not be
// served at once for.
type LimitKind uint8

// The bounds, in the order in which they are asked.
const (
	NoLimit              LimitKind = iota
	FunctionRequestLimit           // Limit.Requests, of the function
	AccountRequestLimit            // Limit.Requests, of the account
	FunctionLimit                  // Limit.Function
	AccountLimit                   // Limit.Account
	InstanceLimit                  // Limit.Instances
	FleetLimit                     // Limit.Fleet
	NodeLimit                      // no node of the Cluster has room, and none can have
	StockLimit                     // the provider has no machine: Stockout
	RampLimit                      // Limit.Ramp
	ServerLimit                    // its instance's server has rejected it
	NumLimitKinds        = iota
)

// met is the bound that keeps a deployment from serving one more request now; NoLimit
// where none does, as while an instance initialises.
func (s *shard) met(d *deployment, now Time) LimitKind {
	l := &d.platform.Limit
	switch {
	case l.Function > 0 && d.inFlight >= int32(l.Function):
		return FunctionLimit
	case d.account.full():
		return AccountLimit
	case l.Instances > 0 && d.live >= int32(l.Instances):
		return InstanceLimit
	case d.account.fleet > 0 && d.account.live >= d.account.fleet:
		return FleetLimit
	case !s.fits(d):
		return NodeLimit
	case now < d.dryUntil:
		return StockLimit
	case d.ramp.burst > 0 && !d.ramp.has(now):
		return RampLimit
	}
	return NoLimit
}

// meets notes the bound that a request met, where a follower will be told of it.
func (s *shard) meets(id requestID, k LimitKind) {
	if s.follower != nil {
		s.origins[id].met = k
	}
}
