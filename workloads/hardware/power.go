package hardware

import (
	"fmt"
	"math"
	"slices"

	"github.com/coldcurve/coldcurve/internal/spec"
)

// Watts is the power of a GPU.
type Watts struct {
	W     float64
	Bound bool // it is the board's limit, in the place of what was not measured
}

// Draw is the power of each GPU while it computes prompts, makes tokens, or does
// neither.
type Draw struct{ Prefill, Decode, Idle Watts }

// Known reports whether anything is known of it: the board's limit at least, or what was
// said, which may be nothing.
func (d *Draw) Known() bool { return d.Prefill.known() || d.Decode.known() || d.Idle.known() }

func (w Watts) known() bool { return w.W > 0 || !w.Bound }

// MeasuredDraw is the power of a GPU that was measured while it made tokens of some
// models in 16 bits, on a number of GPUs.
type MeasuredDraw struct {
	Models []string `toml:"models" required:"true"`
	Count  int64    `toml:"count" required:"true"`
	Decode float64  `toml:"decode" required:"true" unit:"W"`
	Grade  string   `toml:"grade" required:"true"`
	Source string   `toml:"source" required:"true"`
}

// PowerSpec is what a user says of the power of each GPU.
type PowerSpec struct {
	Prefill *float64 `toml:"prefill" unit:"W" help:"while it computes prompts"`
	Decode  *float64 `toml:"decode" unit:"W" help:"while it makes tokens"`
	Idle    *float64 `toml:"idle" unit:"W" help:"while no step runs, its start included"`
}

func (s *PowerSpec) check(n *spec.Node) error {
	for _, v := range []struct {
		key string
		w   *float64
	}{{"prefill", s.Prefill}, {"decode", s.Decode}, {"idle", s.Idle}} {
		if v.w != nil && !(*v.w >= 0 && *v.w <= largestPower) {
			return n.Get(v.key).Errorf("found %v, want 0 to %.0f W of a GPU", *v.w, float64(largestPower))
		}
	}
	return nil
}

// largestPower bounds the W of a GPU, so that sums of them stay exact.
const largestPower = 1e6

// setPower takes what a Spec says, else what was measured, else the board's limit.
func (p *Profile) setPower(s *Spec) {
	limit := Watts{p.GPU.Power, true}
	p.Draw = Draw{limit, limit, limit}
	if p.Precision == BF16 {
		for _, m := range p.GPU.Draws {
			if m.Count == p.Count && slices.Contains(m.Models, p.Model.Name) {
				p.Draw.Decode, p.DrawGrade, p.DrawSource = Watts{W: m.Decode}, m.Grade, m.Source
			}
		}
	}
	if s.Power == nil {
		return
	}
	for _, v := range []struct {
		of    *Watts
		given *float64
	}{{&p.Draw.Prefill, s.Power.Prefill}, {&p.Draw.Decode, s.Power.Decode}, {&p.Draw.Idle, s.Power.Idle}} {
		if v.given != nil {
			*v.of = Watts{W: *v.given}
		}
	}
	if s.Power.Decode != nil {
		p.DrawGrade, p.DrawSource = "", ""
	}
}

// PowerWords says what energy is counted by; "" where nothing is known of it.
func (f *Facts) PowerWords() string {
	d := &f.Draw
	if !d.Known() {
		return ""
	}
	if d.Prefill == d.Decode && d.Decode == d.Idle && d.Idle.Bound {
		return fmt.Sprintf("energy counts %s W, the board's limit, of each GPU and no host at all times, since none was measured: an upper bound", watts(d.Idle.W))
	}
	text := fmt.Sprintf("energy counts each GPU, and no host, at %s W while it computes prompts, %s W while it makes tokens and %s W while it waits",
		watts(d.Prefill.W), watts(d.Decode.W), watts(d.Idle.W))
	if f.DrawGrade != "" {
		text += fmt.Sprintf("; of tokens it was measured (grade %s: %s)", f.DrawGrade, f.DrawSource)
	}
	if d.Prefill.Bound || d.Decode.Bound || d.Idle.Bound {
		text += fmt.Sprintf("; %s W is the board's limit, in the place of what was not measured: an upper bound for the part that is energy_bounded_ratio", watts(f.GPU.Power))
	}
	return text
}

func watts(w float64) string { return fmt.Sprint(math.Round(1000*w) / 1000) }
