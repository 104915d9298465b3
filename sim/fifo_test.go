package sim

import (
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// What a fifo, a shelf and a line hold is what a plain slice holds that the same
// was done to, also where they are long enough for their memory to be used
// again.
func TestFifoEqualsSlice(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var s shelf
		var l line
		var onShelf []instanceID
		var waiting []requestID
		next := uint32(0)
		for range rapid.IntRange(1, 30).Draw(t, "steps") {
			what := rapid.IntRange(0, 5).Draw(t, "what")
			for range rapid.IntRange(1, 100).Draw(t, "times") {
				if what <= 1 {
					s.append(instanceID(next))
					l.append(requestID(next))
					onShelf = append(onShelf, instanceID(next))
					waiting = append(waiting, requestID(next))
					next++
					continue
				}
				if len(onShelf) > 0 {
					switch at := rapid.IntRange(0, len(onShelf)-1).Draw(t, "at"); what {
					case 2, 3:
						if got := s.takeFirst(); got != onShelf[0] {
							t.Fatalf("took %d first, want %d", got, onShelf[0])
						}
						onShelf = onShelf[1:]
					case 4:
						if got := s.takeLast(); got != onShelf[len(onShelf)-1] {
							t.Fatalf("took %d last, want %d", got, onShelf[len(onShelf)-1])
						}
						onShelf = onShelf[:len(onShelf)-1]
					default:
						if !s.drop(onShelf[at]) || s.drop(instanceID(next)) {
							t.Fatalf("drop of %d, and of %d, which was never there", onShelf[at], next)
						}
						onShelf = slices.Delete(onShelf, at, at+1)
					}
				}
				if len(waiting) > 0 {
					if l.first() != waiting[0] || l.last() != waiting[len(waiting)-1] {
						t.Fatalf("line from %d to %d, want %d to %d", l.first(), l.last(), waiting[0], waiting[len(waiting)-1])
					}
					if at := rapid.IntRange(0, len(waiting)-1).Draw(t, "at"); what == 5 {
						l.remove(waiting[at])
						waiting = slices.Delete(waiting, at, at+1)
					} else {
						l.takeFirst()
						waiting = waiting[1:]
					}
				}
			}
			if s.len() != len(onShelf) || !slices.Equal(s.all(), onShelf) || l.len() != len(waiting) || !slices.Equal(l.all(), waiting) {
				t.Fatalf("shelf %v, want %v; line %v, want %v", s.all(), onShelf, l.all(), waiting)
			}
		}
	})
}
