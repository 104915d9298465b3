package apps

import (
	"fmt"
	"slices"

	"github.com/coldcurve/coldcurve/internal/spec"
)

// leastMemory is the smallest size that the change to half a function's memory goes to,
// MiB.
const leastMemory = 128

// held is said of a function whose times do not follow its memory.
const held = "its times are held: the file does not say how they follow the memory (by_memory)"

// ofMemory are the changes of a function's memory; none where its own is not known.
func ofMemory(f *spec.Node) (list []change) {
	memory := text(f, "memory")
	var size spec.Size
	if memory == "" || size.UnmarshalText([]byte(memory)) != nil {
		return nil
	}
	mib, whole := size.MiB()
	sizes, note := []int64{mib / 2}, held
	if f.Get("by_memory") != nil {
		sizes, note = otherSizes(f, mib), "its times follow the memory as the file says"
	}
	for _, n := range sizes {
		c := change{name: fmt.Sprintf("function %s: %dMB of memory", text(f, "name"), n), sets: []string{fmt.Sprintf("app.function.%s.memory=\"%dMB\"", key(text(f, "name")), n)}, note: note}
		if n < mib && (!whole || n < leastMemory) {
			c.reason = fmt.Sprintf("it has %s, and no less is tried than %dMB", memory, leastMemory)
		}
		list = append(list, c)
	}
	return list
}

// otherSizes are the memories to look at of a function whose times follow them: half and
// twice as much, or those that were measured.
func otherSizes(f *spec.Node, mib int64) (sizes []int64) {
	by := f.Get("by_memory")
	times := by.Get("times")
	if times == nil {
		return []int64{mib / 2, 2 * mib}
	}
	if platform := text(f, "platform"); text(by, "on") != platform && by.Get("times_on", platform) != nil {
		times = by.Get("times_on", platform)
	}
	for _, key := range times.Keys() {
		var size spec.Size
		if size.UnmarshalText([]byte(key)) != nil {
			continue // the run says so
		}
		if n, _ := size.MiB(); n != mib {
			sizes = append(sizes, n)
		}
	}
	slices.Sort(sizes)
	return sizes
}
