package experiments

import (
	"slices"
	"strings"
)

// serverNote is what a reader must know of the servers of some platforms.
type serverNote struct {
	text      string
	platforms []string
}

// note notes something of a platform's server, once for all platforms of which it
// is true.
func (p *Plan) note(pl *platform, text string) {
	i := slices.IndexFunc(p.notes, func(n serverNote) bool { return n.text == text })
	if i < 0 {
		i = len(p.notes)
		p.notes = append(p.notes, serverNote{text: text})
	}
	if n := &p.notes[i]; !slices.Contains(n.platforms, pl.name) {
		n.platforms = append(n.platforms, pl.name)
	}
}

// warnOfServers makes warnings of what was noted of servers.
func (p *Plan) warnOfServers() {
	for _, n := range p.notes {
		word := "platform"
		if len(n.platforms) > 1 {
			word = "platforms"
		}
		p.warn("%s %s: %s", word, strings.Join(n.platforms, ", "), n.text)
	}
}
