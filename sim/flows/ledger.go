package flows

// spot is what something is counted under.
type spot struct {
	trigger int32
	owner   Owner
	of      int32 // a meter, or a function
	cause   Cause
}

// ledger counts by spot.
type ledger[V any] struct {
	list   []V
	spots  []spot // of each
	places map[spot]int32
	lately [256]int32 // place + 1 of what was counted last, by a hash of its spot: most are found there
	blank  func(spot) V
}

func newLedger[V any](blank func(spot) V) ledger[V] {
	return ledger[V]{places: map[spot]int32{}, blank: blank}
}

// at is where a spot is counted.
func (l *ledger[V]) at(k spot) *V {
	lately := &l.lately[(uint32(k.owner)*31+uint32(k.of)*7+uint32(k.cause)*3+uint32(k.trigger)*17)%256]
	if i := *lately - 1; i >= 0 && l.spots[i] == k {
		return &l.list[i]
	}
	i, ok := l.places[k]
	if !ok {
		i = int32(len(l.list))
		l.places[k] = i
		l.spots, l.list = append(l.spots, k), append(l.list, l.blank(k))
	}
	*lately = i + 1
	return &l.list[i]
}
