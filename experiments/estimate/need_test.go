package estimate

import (
	"slices"
	"strings"
	"testing"
)

// Memory sizes are tried where it is known that the function fits: the question
// of a user whose function has 1,536 MB, of which nobody knows what it uses, is
// not answered with a quarter of it.
func TestSizes(t *testing.T) {
	for _, c := range []struct {
		f       Function
		want    []int64
		untried string
	}{
		{Function{Name: "f", Memory: 1536}, []int64{1769, 3008}, "memory sizes below 1536 MB were not tried: function f has 1536 MB, and nothing says that it needs less (--needs does)"},
		{Function{Name: "f", Memory: 1536, Needs: 200}, []int64{256, 512, 1024, 1769, 3008}, "memory sizes below 200 MB were not tried: function f needs 200 MB"},
		// 420 and a fifth are 504, 427 and a fifth 512.4.
		{Function{Name: "f", Memory: 1536, Used: 420}, []int64{512, 1024, 1769, 3008}, "memory sizes below 504 MB were not tried: function f was seen to use 420 MB"},
		{Function{Name: "f", Memory: 1536, Used: 427}, []int64{1024, 1769, 3008}, "memory sizes below 513 MB were not tried: function f was seen to use 427 MB"},
		{Function{Name: "f", Memory: 128}, []int64{256, 512, 1024, 1769, 3008}, ""},
	} {
		got, untried := (&Input{Functions: []Function{c.f}}).sizes()
		if !slices.Equal(got, c.want) || untried != c.untried {
			t.Errorf("%+v: %v, %q\nwant %v, %q", c.f, got, untried, c.want, c.untried)
		}
	}
}

// 6,000 MB do not run where an instance has 1,536.
func TestLargeFunctions(t *testing.T) {
	in := &Input{Functions: []Function{{Name: "f", Memory: 6000}}}
	all, leftOut, err := in.alternatives()
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, a := range all {
		names = append(names, a.Name)
		if a.MemoryMax < 6000 {
			t.Errorf("%s is a plan, with %d MB", a.Name, a.MemoryMax)
		}
	}
	for _, name := range []string{"azure-consumption", "azure-flex", "cloudflare-workers", "gcp-cloud-run"} {
		if slices.Contains(names, name) || !slices.ContainsFunc(leftOut, func(s string) bool { return strings.HasPrefix(s, name+" is left out: ") }) {
			t.Errorf("%s is a plan, or nothing says why not: %q", name, leftOut)
		}
	}
	if !slices.Contains(names, "aws-lambda") || !slices.Contains(names, "aws-fargate") {
		t.Errorf("plans are %q only", names)
	}
}
