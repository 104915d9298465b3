package sim

import (
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// Whatever is put on a shelf and taken off it, what stays keeps its order.
func TestShelf(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var s shelf
		var want []instanceID
		next := instanceID(0)
		for range rapid.IntRange(0, 200).Draw(t, "steps") {
			switch step := rapid.IntRange(0, 5).Draw(t, "step"); {
			case step < 3 || len(want) == 0:
				s.append(next)
				want = append(want, next)
				next++
			case step == 3:
				if got := s.takeLast(); got != want[len(want)-1] {
					t.Fatalf("the last is %d, want %d", got, want[len(want)-1])
				}
				want = want[:len(want)-1]
			case step == 4:
				if got := s.takeFirst(); got != want[0] {
					t.Fatalf("the first is %d, want %d", got, want[0])
				}
				want = want[1:]
			default:
				i := rapid.IntRange(0, len(want)-1).Draw(t, "which")
				id := want[i]
				want = slices.Delete(slices.Clone(want), i, i+1)
				if !s.drop(id) || s.drop(id) {
					t.Fatalf("%d was not there, or is still", id)
				}
			}
			if !slices.Equal(s.all(), want) {
				t.Fatalf("found %v, want %v", s.all(), want)
			}
		}
	})
}
