package estimate

import "testing"

// What an answer with a share of CPU rests on says on which CPU durations count as they
// are: a thread on Lambda has memory ÷ 1,769 MB of a vCPU, at most one.
func TestMeasuredOn(t *testing.T) {
	one := func(memory string) []FunctionSettings {
		return []FunctionSettings{{Name: "f", Requests: "1M/month", Duration: "100ms", Memory: memory}}
	}
	for _, c := range []struct {
		name, share string
		functions   []FunctionSettings
		want        string
	}{
		{"half a GB", "0.8", one("512MB"), "given; durations are taken as measured on a Lambda of 512 MB, 0.29 vCPU, and follow the CPU"},
		{"more than a vCPU's", "0.8", one("3008MB"), "given; durations are taken as measured on a Lambda of 3008 MB, 1 vCPU, and follow the CPU"},
		{"two sizes", "0.8", append(one("512MB"), one("1769MB")...), "given; durations are taken as measured on a Lambda of each function's memory (a vCPU at 1769 MB), and follow the CPU"},
		{"no share", "", one("512MB"), "assumed; durations stay the same on all memory sizes and platforms"},
	} {
		s := &Settings{Seed: 1, Replications: 1, CPUShare: c.share, Functions: c.functions}
		in, err := s.Input()
		if err != nil {
			t.Fatal(err)
		}
		got := ""
		for _, a := range in.Assumptions {
			if a.Name == "share of the duration that is CPU" {
				got = a.Basis
			}
		}
		if got != c.want {
			t.Errorf("%s:\ngot  %s\nwant %s", c.name, got, c.want)
		}
	}
}
