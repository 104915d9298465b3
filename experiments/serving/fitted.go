package serving

import "fmt"

// Sharing is a server with a word on workloads whose requests share beginnings.
type Sharing interface {
	// OfShared returns a warning; "" where there is none to give.
	OfShared() string
}

// OfShared implements Sharing: a profile that was fitted without prefix hits has
// them in its values already.
func (s *llm) OfShared() string {
	k := s.profile.Calibration
	if k == nil || !k.HitsUnknown || !s.PrefixCache {
		return ""
	}
	return fmt.Sprintf("prefix hits can count twice: the profile was fitted to %s, which names no blocks, so that what hits saved is in its values, and this workload names blocks; prefix_cache = false replays it as it was fitted, and a profile fitted to a log with blocks has no such doubt",
		k.Source)
}
