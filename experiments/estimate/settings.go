package estimate

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/coldcurve/coldcurve/costmodel"
	"github.com/coldcurve/coldcurve/internal/spec"
	"github.com/coldcurve/coldcurve/workloads"
)

// DefaultName is the name of a function that has none.
const DefaultName = "function"

// FunctionSettings is what a user says of a function, as text. A value may be
// a range, low..likely..high or low..high.
type FunctionSettings struct {
	Name     string `toml:"name" default:"function" help:"its name"`
	Requests string `toml:"requests" help:"rate, as in 3M/month"`
	Duration string `toml:"duration" help:"mean duration on a warm instance"`
	Memory   string `toml:"memory" help:"configured memory"`
	Needs    string `toml:"needs" help:"the least memory that it runs with; smaller sizes than the configured one are tried down to it"`
	Shape    string `toml:"shape" help:"how the load is spread over time"`
	CV       string `toml:"cv" help:"standard deviation of the duration ÷ mean"`
	Init     string `toml:"init" help:"the function's own initialisation, after the sandbox's"`
	Restore  string `toml:"restore" help:"time to restore a snapshot (SnapStart)"`
}

// Settings are what a user says of an application.
type Settings struct {
	Title        string             `toml:"title" help:"the question"`
	CPUShare     string             `toml:"cpu_share" help:"part of the duration in which the function computes, 0 to 1, on a Lambda of its memory, where durations count as they are: others follow the CPU"`
	Seed         int64              `toml:"seed" default:"1" help:"of all random numbers"`
	Replications int                `toml:"replications" default:"5" help:"independent repetitions"`
	Concurrency  int                `toml:"concurrency" help:"requests side by side, where an instance serves several; 0: as many as the platform lets it"`
	Provisioned  int                `toml:"provisioned" help:"instances of each function with provisioned concurrency; 0: by the load"`
	AccountLimit int                `toml:"account_limit" help:"concurrent requests that the account's quota allows, where a platform has one; 0: its default"`
	FreeTier     costmodel.FreeTier `toml:"free_tier" default:"full" help:"full: the account's free grants are all for these functions; none: others use them up"`
	Functions    []FunctionSettings `toml:"function" help:"the functions"`
	Services     []ServiceSettings  `toml:"service" help:"the services that they call"`
}

// ParseSettings reads an application's file.
func ParseSettings(file string, data []byte) (*Settings, error) {
	root, err := spec.Parse(file, data)
	if err != nil {
		return nil, inputError("%w", err)
	}
	s := new(Settings)
	if err := root.Decode(s); err != nil {
		return nil, inputError("%w", err)
	}
	if len(s.Functions) == 0 {
		return nil, inputError("%s: no function; want a table [[function]] with requests, duration and memory", file)
	}
	lines := map[string]int{}
	for i := range s.Functions {
		name, line := s.Functions[i].Name, root.Get("function").Items()[i].Line
		if _, err := s.Functions[i].function(); err != nil {
			return nil, inputError("%s:%d: function %s: %w", file, line, name, err)
		}
		if first, twice := lines[name]; twice {
			return nil, inputError("%s:%d: found a second function %q, the first is at line %d; want a name of its own for each", file, line, name, first)
		}
		lines[name] = line
	}
	return s, nil
}

// Anonymise names the functions by number, in their order.
func (s *Settings) Anonymise() {
	width := len(strconv.Itoa(len(s.Functions)))
	for i := range s.Functions {
		s.Functions[i].Name = fmt.Sprintf("function-%0*d", width, i+1)
	}
}

// The ranges of what nobody said.
var (
	assumedShare = Range{0.1, 0.5, 1}

	assumedInit = Range{0.5, 1, 2} // on the platforms' initialisations
)

// ParseRange reads low..likely..high, low..high (the likely value is halfway
// between) or one value.
func ParseRange(what, text string, parse func(string) (float64, error)) (Range, error) {
	parts := strings.Split(text, "..")
	if i := strings.IndexByte(text, '/'); i >= 0 { // 2M..3M/month: the last unit is that of all
		for j, p := range parts {
			if !strings.Contains(p, "/") {
				parts[j] = p + text[strings.LastIndexByte(text, '/'):]
			}
		}
	}
	var v []float64
	for _, p := range parts {
		x, err := parse(p)
		if err != nil {
			return Range{}, fmt.Errorf("%s: %w", what, err)
		}
		v = append(v, x)
	}
	var r Range
	switch len(v) {
	case 1:
		r = Known(v[0])
	case 2:
		r = Range{v[0], (v[0] + v[1]) / 2, v[1]}
	case 3:
		r = Range{v[0], v[1], v[2]}
	default:
		return Range{}, fmt.Errorf("%s: found %q, want a value, low..high or low..likely..high", what, text)
	}
	if !r.ordered() {
		return Range{}, fmt.Errorf("%s: found %q, want values that ascend", what, text)
	}
	return r, nil
}

func ParseRate(text string) (float64, error) {
	var r spec.Rate
	err := r.UnmarshalText([]byte(text))
	return float64(r), err
}

func ParseDuration(text string) (float64, error) {
	var d spec.Duration
	err := d.UnmarshalText([]byte(text))
	return float64(d), err
}

// ParseNumber reads a number within bounds, or a percentage.
func ParseNumber(least, most float64) func(string) (float64, error) {
	return func(text string) (float64, error) {
		number, scale := text, 1.0
		if p, ok := strings.CutSuffix(text, "%"); ok {
			number, scale = strings.TrimSpace(p), 100
		}
		x, err := strconv.ParseFloat(number, 64)
		if x /= scale; err != nil || !(x >= least && x <= most) {
			return 0, fmt.Errorf("found %q, want a number from %v to %v", text, least, most)
		}
		return x, nil
	}
}

// function reads the texts; what is not said is the zero Range.
func (s *FunctionSettings) function() (f *Function, err error) {
	f = &Function{Name: s.Name, Shape: s.Shape, CV: assumedCV, InitKnown: s.Init != ""}
	if f.Shape == "" {
		f.Shape = "constant"
	}
	if _, err := workloads.FindShape(f.Shape); err != nil {
		return nil, err
	}
	for _, v := range []struct {
		what, text string
		into       *Range
		parse      func(string) (float64, error)
		positive   bool
	}{
		{"requests", s.Requests, &f.Rate, ParseRate, true},
		{"duration", s.Duration, &f.Duration, ParseDuration, true},
		{"cv", s.CV, &f.CV, ParseNumber(0, 100), false},
		{"init", s.Init, &f.Init, ParseDuration, false},
		{"restore", s.Restore, &f.Restore, ParseDuration, false},
	} {
		if v.text == "" {
			continue
		}
		r, err := ParseRange(v.what, v.text, v.parse)
		if err != nil {
			return nil, err
		}
		if v.positive && !(r.Low > 0) {
			return nil, fmt.Errorf("%s: found %q, want more than 0", v.what, v.text)
		}
		*v.into = r
	}
	if f.Memory, err = parseMemory("memory", s.Memory); err != nil {
		return nil, err
	}
	if f.Needs, err = parseMemory("needs", s.Needs); err != nil {
		return nil, err
	}
	if f.Memory > 0 && f.Needs > f.Memory {
		return nil, fmt.Errorf("needs: found %s, want at most the configured memory of %s", s.Needs, s.Memory)
	}
	return f, nil
}

// parseMemory reads a size in whole MiB; 0 of none.
func parseMemory(what, text string) (int64, error) {
	if text == "" {
		return 0, nil
	}
	var size spec.Size
	if err := size.UnmarshalText([]byte(text)); err != nil {
		return 0, fmt.Errorf("%s: %w", what, err)
	}
	mib, whole := size.MiB()
	if !whole || mib < 1 {
		return 0, fmt.Errorf("%s: found %s, want whole MB, 1 or more", what, size)
	}
	return mib, nil
}

// Input makes the question of a guess.
func (s *Settings) Input() (*Input, error) {
	in, err := s.common()
	if err != nil {
		return nil, err
	}
	for i := range s.Functions {
		fs := &s.Functions[i]
		f, err := fs.function()
		if err != nil {
			return nil, inputError("function %s: %w", fs.Name, err)
		}
		for _, missing := range []struct {
			name string
			is   bool
		}{{"requests, as in 3M/month", f.Rate.High == 0}, {"duration, as in 120ms", f.Duration.High == 0}, {"memory, as in 512MB", f.Memory == 0}} {
			if missing.is {
				return nil, inputError("function %s: nothing says %s", fs.Name, missing.name)
			}
		}
		in.Functions = append(in.Functions, *f)
		in.assume(fs, f)
	}
	in.assumeShared(s)
	return in, nil
}

// common reads what concerns all functions.
func (s *Settings) common() (*Input, error) {
	in := &Input{Title: s.Title, draws: workloads.NewDraws(keptDraws), Seed: uint64(s.Seed), Replications: s.Replications, Concurrency: s.Concurrency,
		Provisioned: s.Provisioned, AccountLimit: s.AccountLimit, FreeTier: s.FreeTier, CPUShare: assumedShare, InitFactor: assumedInit, Services: s.Services}
	switch {
	case s.Seed < 0:
		return nil, inputError("seed: found %d, want 0 or more", s.Seed)
	case s.Replications < 1 || s.Replications > 1000:
		return nil, inputError("replications: found %d, want 1 to 1000", s.Replications)
	case s.Concurrency < 0 || s.Concurrency > 1000:
		return nil, inputError("concurrency: found %d, want 0 to 1000", s.Concurrency)
	case s.AccountLimit < 0 || s.AccountLimit > 10_000_000:
		return nil, inputError("account limit: found %d, want 0 to 10000000", s.AccountLimit)
	case s.Provisioned < 0 || s.Provisioned > 100_000:
		return nil, inputError("provisioned: found %d, want 0 to 100000", s.Provisioned)
	}
	if s.CPUShare != "" {
		r, err := ParseRange("cpu share", s.CPUShare, ParseNumber(0, 1))
		if err != nil {
			return nil, inputError("%w", err)
		}
		in.CPUShare, in.ShareKnown = r, true
	}
	return in, nil
}

// assume lists what is known and guessed of a function.
func (in *Input) assume(s *FunctionSettings, f *Function) {
	add := func(what string, r Range, given string, assumed string, write func(float64) string) {
		basis := "given"
		if given == "" {
			basis = assumed
		}
		if basis != "" {
			in.Assumptions = append(in.Assumptions, Assumption{s.Name + ": " + what, write(r.Low), write(r.Likely), write(r.High), basis})
		}
	}
	ns := func(x float64) string { return spec.Duration(x).String() }
	per := func(x float64) string { return Digits(x*30*86400, 6) + "/month" }
	short := func(x float64) string { return Digits(x, 3) }
	add("requests", f.Rate, s.Requests, "", per)
	add("duration", f.Duration, s.Duration, "", ns)
	if f.seen == nil || f.seen.service == nil {
		add("cv of the duration", f.CV, s.CV, basisOfCV, short)
	}
	add("initialisation after the sandbox's", f.Init, s.Init, "", ns)
	add("restore of a snapshot", f.Restore, s.Restore, "", ns)
}

// measuredOn says on which CPU the durations count as they are.
func (in *Input) measuredOn() string {
	memory := in.Functions[0].Memory
	for i := range in.Functions {
		if in.Functions[i].Memory != memory {
			return fmt.Sprintf("a Lambda of each function's memory (a vCPU at %d MB)", lambdaVCPU)
		}
	}
	return fmt.Sprintf("a Lambda of %d MB, %s vCPU", memory, Digits(cpuOf("lambda", memory), 2))
}

func (in *Input) assumeShared(s *Settings) {
	short := func(x float64) string { return Digits(x, 3) }
	basis := "assumed; durations stay the same on all memory sizes and platforms"
	switch {
	case s.CPUShare != "":
		basis = "given; durations are taken as measured on " + in.measuredOn() + ", and follow the CPU"
	case in.ShareKnown:
		basis = "fitted to the log's memory sizes; durations are taken as measured on " + in.measuredOn() + ", and follow the CPU"
	}
	in.Assumptions = append(in.Assumptions,
		Assumption{"share of the duration that is CPU", short(in.CPUShare.Low), short(in.CPUShare.Likely), short(in.CPUShare.High), basis},
		Assumption{"factor on platforms' initialisations", short(in.InitFactor.Low), short(in.InitFactor.Likely), short(in.InitFactor.High), "assumed"})
}
