package results

import (
	"fmt"
	"slices"
	"strings"
)

// Causes says what of that which determines results differs between the two, in a few
// words each; none where they are made from the same. Because a run is deterministic
// that is where a difference of results comes from, and where nothing differs but the
// results do, it is the code.
func (c *Comparison) Causes() (list []string) {
	add := func(differs bool, what string) {
		if differs {
			list = append(list, what)
		}
	}
	a, b := &c.A, &c.B
	keys := len(c.keys) > 0 || c.keysUnknown && a.Hash != b.Hash
	preset := keys && digestOf(a.Files, SourceFile) != "" && digestOf(a.Files, SourceFile) == digestOf(b.Files, SourceFile) && a.Command == b.Command
	add(a.ModelVersion != b.ModelVersion, fmt.Sprintf("the model (version %s, now %s)", word(a.ModelVersion), word(b.ModelVersion)))
	add(a.Version != b.Version, fmt.Sprintf("the program (version %s, now %s)", word(a.Version), word(b.Version)))
	add(keys && preset, "what the program's presets and catalogues say"+c.someKeys())
	add(keys && !preset, "the experiment"+c.someKeys())
	add(a.Seed != b.Seed, "the seed")
	add(a.Replications != b.Replications && !c.adaptive, "the number of replications")
	add(a.Lenient != b.Lenient, "whether malformed rows are skipped")
	add(!slices.Equal(a.Traces, b.Traces), "the trace")
	add(!slices.Equal(a.Scripts, b.Scripts), "a policy's script")
	add(!slices.Equal(a.Tariffs, b.Tariffs), "the price"+inputsThatDiffer(a.Tariffs, b.Tariffs))
	add(a.Rates != b.Rates, "the exchange rates")
	add(a.GOARCH != b.GOARCH, fmt.Sprintf("the processor (%s, now %s)", word(a.GOARCH), word(b.GOARCH)))
	return list
}

// wordsAlone reports whether a key of the experiment is for its readers: no result
// depends on it.
func (c InputChange) wordsAlone() bool {
	head, _, _ := strings.Cut(c.Name, ".")
	return slices.Contains([]string{"title", "description", "output", "compare", "slo"}, head)
}

// word is a word of a manifest, that may say anything.
func word(s string) string { return truncate(oneLine(s), valueShown) }

// SameBytes reports whether every number of both is the same: the file of all
// replications has one digest.
func (c *Comparison) SameBytes() bool {
	digest := digestOf(c.A.Files, replicationsFile)
	return digest != "" && digest == digestOf(c.B.Files, replicationsFile)
}

// CauseSentence says where what moved comes from.
func (c *Comparison) CauseSentence() string {
	causes := c.Causes()
	switch {
	case len(causes) == 0 && c.SameBytes():
		return "Nothing changed: the same inputs, and the same results to the byte."
	case len(causes) == 0 && !c.moved():
		return "Nothing changed in what is compared, with the same inputs."
	case len(causes) == 0:
		return "What changed is the code: experiment, prices, traces and version are the same, and the results are not."
	case c.SameBytes():
		return "What changed: " + strings.Join(causes, "; ") + ". The results are the same to the byte."
	}
	text := "What changed: " + strings.Join(causes, "; ") + "."
	if c.statistical() {
		text += " Random numbers round otherwise there, so what is worse counts where the interval of the difference is beyond the tolerance too."
	}
	return text
}

// moved reports whether any number did.
func (c *Comparison) moved() bool {
	return slices.ContainsFunc(c.Rows, func(r ComparedRow) bool {
		return slices.ContainsFunc(r.Changes, func(ch Change) bool { return !ch.Same() })
	})
}

// keysShown is how many keys of an experiment the sentence names.
const keysShown = 3

// someKeys names keys that differ, with their values.
func (c *Comparison) someKeys() string {
	var words []string
	for _, in := range c.keys[:min(len(c.keys), keysShown)] {
		words = append(words, in.String())
	}
	if len(words) == 0 {
		return ""
	}
	if more := len(c.keys) - keysShown; more > 0 {
		words = append(words, fmt.Sprintf("%d more", more))
	}
	return " (" + strings.Join(words, ", ") + ")"
}

// inputsThatDiffer names inputs of one kind that are not the same in both.
func inputsThatDiffer(a, b []Input) string {
	var names []string
	add := func(in Input, other []Input) {
		if digestOf(other, in.Name) != in.Digest && !slices.Contains(names, in.Name) {
			names = append(names, word(in.Name))
		}
	}
	for _, in := range a {
		add(in, b)
	}
	for _, in := range b {
		add(in, a)
	}
	if len(names) == 0 {
		return ""
	}
	return " (" + strings.Join(names, ", ") + ")"
}

// statistical reports whether the two are of the same model on processors that round
// otherwise: what is equal in all else then differs by chance, and a difference counts
// where its interval does.
func (c *Comparison) statistical() bool { return c.A.GOARCH != c.B.GOARCH }
