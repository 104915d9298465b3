package estimate

import "fmt"

// need returns the MiB that an instance is to have for a function, and what
// says so: what the user says; what a log shows in use and a fifth more, but no
// more than it runs with; else what it has.
func (f *Function) need() (mib int64, why string) {
	switch {
	case f.Needs > 0:
		return f.Needs, fmt.Sprintf("function %s needs %d MB", f.Name, f.Needs)
	case f.Used > 0:
		mib = (f.Used*12 + 9) / 10
		if f.Memory > 0 {
			mib = max(f.Used, min(mib, f.Memory))
		}
		return mib, fmt.Sprintf("function %s was seen to use %d MB", f.Name, f.Used)
	}
	return f.Memory, fmt.Sprintf("function %s has %d MB, and nothing says that it needs less (--needs does)", f.Name, f.Memory)
}

// tooSmall says which function does not fit an instance's memory, if any.
func (a *alternative) tooSmall(functions []Function) string {
	for i := range functions {
		if mib, why := functions[i].need(); mib > a.MemoryMax {
			return fmt.Sprintf("%s is left out: an instance has at most %d MB, and %s", a.Name, a.MemoryMax, why)
		}
	}
	return ""
}

// lambdaSizes are the memory sizes of Lambda to look at, MiB.
var lambdaSizes = []int64{128, 256, 512, 1024, 1769, 3008}

// sizes are those to look at besides what the function has, and none that it
// may not fit. untried says which were not, and why.
func (in *Input) sizes() (out []int64, untried string) {
	f := &in.Functions[0]
	need, why := f.need()
	below := false
	for _, m := range lambdaSizes {
		switch {
		case m == f.Memory:
		case m < need:
			below = true
		default:
			out = append(out, m)
		}
	}
	if below {
		untried = fmt.Sprintf("memory sizes below %d MB were not tried: %s", need, why)
	}
	return out, untried
}
