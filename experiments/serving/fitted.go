package serving

import "fmt"

// Sharing is a Server with a prefix cache, that has a word on workloads whose
// requests name the blocks that they begin with, and on those that do not.
type Sharing interface {
	// OfShared returns a warning; "" where there is none to give. The workload is a
	// trace or made up.
	OfShared(named, traced bool) string
}

// OfShared implements Sharing: where no blocks are named nothing is found, and a
// profile that was fitted without prefix hits has them in its values already.
func (s *llm) OfShared(named, traced bool) string {
	k := s.profile.Calibration
	fitted := k != nil && k.HitsUnknown
	switch {
	case !s.PrefixCache || fitted != named || !named && !traced: // of one that is made up it is known that nothing is shared
		return ""
	case !named:
		return "the requests name no blocks, so that the prefix cache finds nothing and prefix_hit_ratio is 0: what a real one would find is not known"
	}
	return fmt.Sprintf("prefix hits can count twice: the profile was fitted to %s, which names no blocks, so that what hits saved is in its values, and this workload names blocks; prefix_cache = false replays it as it was fitted, and a profile fitted to a log with blocks has no such doubt",
		k.Source)
}
