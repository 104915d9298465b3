package estimate

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

// Of 15 functions, named against their load, those are listed whose requests
// take the most time: 1 s × 1 … 15 requests; the three that are not have
// 1 + 2 + 3 of the 120 requests, 5 %.
func TestListedByLoad(t *testing.T) {
	var b strings.Builder
	for f := 1; f <= 15; f++ {
		for n := range f {
			fmt.Fprintf(&b, `{"function":"f%02d","time":%d,"duration_ms":1000,"memory_mb":512}`+"\n", f, 1790000000+n*60+f)
		}
	}
	in := inputOf(t, b.String())
	var listed []string
	for _, a := range in.Assumptions {
		if name, ok := strings.CutSuffix(a.Name, ": requests"); ok {
			listed = append(listed, name)
		}
	}
	want := []string{"f15", "f14", "f13", "f12", "f11", "f10", "f09", "f08", "f07", "f06", "f05", "f04"}
	if !slices.Equal(listed, want) {
		t.Errorf("listed are %q, want %q", listed, want)
	}
	if note := "what it rests on lists the 12 functions of the most load; 3 more, with 5 % of the requests and 5 % of their time, are not listed"; !slices.Contains(in.Notes, note) {
		t.Errorf("%q has no %q", in.Notes, note)
	}
}
