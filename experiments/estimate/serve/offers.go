package serve

import (
	"fmt"
	"slices"
	"strings"
	"unicode"

	"github.com/coldcurve/coldcurve/costmodel"
	"github.com/coldcurve/coldcurve/internal/spec"
)

// Which tariff offers a model is told by its name: that of the model must stand in
// it, word by word, with nothing beside it but whose it is and what says how it is
// served. "llama3-1-8b-instruct" and "llama-v3p1-8b-instruct" are llama-3.1-8b;
// "llama-guard-3-8b" and "qwen3-coder-30b-a3b" are other models than llama-3-8b and
// qwen3-30b-a3b.

// before are words that may stand before a model's name: who makes it and who offers
// it. Those of a tariff's provider may too.
var before = []string{"meta", "openai", "qwen", "mistralai", "mistral", "google", "ai", "workers", "models", "accounts", "us", "eu", "global", "llama", "v"}

// after are words that may stand behind: how it is tuned for chats, and served.
var after = []string{"instruct", "chat", "it", "hf", "turbo", "versatile", "instant", "fp", "bf", "maas", "v", "latest", "lite", "reference", "dense"}

// nameWords splits a name where letters and digits meet and at all else, and reads
// v3p1 as 3.1.
func nameWords(name string) (words []string) {
	class := func(r rune) int {
		switch {
		case unicode.IsDigit(r):
			return 1
		case unicode.IsLetter(r):
			return 2
		}
		return 0
	}
	last := 0
	for _, r := range strings.ToLower(name) {
		switch c := class(r); {
		case c == 0:
			last = 0
		case c == last:
			words[len(words)-1] += string(r)
		default:
			words, last = append(words, string(r)), c
		}
	}
	number := func(i int) bool { return i >= 0 && i < len(words) && class(rune(words[i][0])) == 1 }
	var out []string
	for i, w := range words {
		if w == "p" && number(i-1) && number(i+1) || w == "v" && i > 0 && number(i+1) && i+2 < len(words) && words[i+2] == "p" {
			continue
		}
		out = append(out, w)
	}
	return out
}

// names reports whether a tariff's name is that of a model.
func names(tariff, provider, model string) bool {
	all, want := nameWords(tariff), nameWords(model)
	own := append(nameWords(provider), before...)
	numeric := func(w string) bool { return w[0] >= '0' && w[0] <= '9' }
	for i := 0; i+len(want) <= len(all); i++ {
		if !slices.Equal(all[i:i+len(want)], want) {
			continue
		}
		rest := all[i+len(want):]
		lead := !slices.ContainsFunc(all[:i], func(w string) bool { return !slices.Contains(own, w) })
		tail := len(rest) == 0 || !numeric(rest[0]) || len(rest) <= 2 && rest[0] == "1" // a version of the interface, as in -1:0
		for _, w := range rest {
			tail = tail && (numeric(w) || slices.Contains(after, w))
		}
		if lead && tail {
			return true
		}
	}
	return false
}

// offer is a tariff by the token, and why it is looked at.
type offer struct {
	tariff *costmodel.Tariff
	alike  string // what the user has named; empty: it offers the model
}

// offers returns the tariffs of per-token APIs that offer the model, and those
// that the user takes to be as good: by the name of a tariff or of a model.
func (q *question) offers(c *costmodel.Catalog) (out []offer, err error) {
	models := slices.DeleteFunc(c.Tariffs(), func(t *costmodel.Tariff) bool { return t.Kind != "model" || t.EraOf != "" || t.RegionOf != "" })
	add := func(t *costmodel.Tariff, alike string) {
		if !slices.ContainsFunc(out, func(o offer) bool { return o.tariff == t }) {
			out = append(out, offer{t, alike})
		}
	}
	for _, t := range models {
		if q.model.Name != "" && names(t.Name, t.Provider, q.model.Name) {
			add(t, "")
		}
	}
	for _, word := range q.Alike {
		found := false
		for _, t := range models {
			if t.Name == word || names(t.Name, t.Provider, word) {
				add(t, word)
				found = true
			}
		}
		if !found {
			var known []string
			for _, t := range models {
				known = append(known, t.Name)
			}
			return nil, inputError("--alike: %s", near(word, known))
		}
	}
	return out, nil
}

// near says which name is nearest to one that is not known; all are too many to name.
func near(word string, known []string) string {
	if n, ok := spec.Nearest(word, known); ok {
		return fmt.Sprintf("no tariff by the token is, or offers, %q; did you mean %q?", word, n)
	}
	return fmt.Sprintf("no tariff by the token is, or offers, %q; coldcurve list tariffs has the names", word)
}
