package hardware

import "fmt"

// Reach tells how far the measured tables go. Passes further out are timed by lines
// that are drawn out ([Profile.Beyond]).
func (p *Profile) Reach() string {
	if p.Basis == FromRoofline {
		return "nothing was measured"
	}
	text := fmt.Sprintf("measured up to %.0f tokens a pass", p.tokens)
	for i, n := range []float64{1, 32, 256} {
		if r := p.decode.reach(n); r > 0 {
			text += fmt.Sprintf("%s %.0f tokens of context for %s", []string{",", ",", " and"}[i], r, []string{"one decode", "32", "256"}[i])
		}
	}
	return text + "; beyond that, times are drawn out as they grew last"
}
