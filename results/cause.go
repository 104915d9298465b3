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
	list = append(list, inputCauses("the trace", "trace", a.Traces, b.Traces)...)
	list = append(list, inputCauses("a policy's script", "script", a.Scripts, b.Scripts)...)
	list = append(list, inputCauses("the price", "tariff", a.Tariffs, b.Tariffs)...)
	add(a.Rates != b.Rates, "the exchange rates")
	add(a.GOARCH != b.GOARCH, fmt.Sprintf("the processor (%s, now %s)", word(a.GOARCH), word(b.GOARCH)))
	return list
}

// Changed is what Causes says of two results of which only the manifests are known, as
// the platforms' keys are not: of these it names those that differ.
func (m *Manifest) Changed(now *Manifest) []string {
	c := Comparison{A: *m, B: *now}
	return append(c.Causes(), inputCauses("what makes up a platform", "platform", m.Platforms, now.Platforms)...)
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
	causes, idle := c.Causes(), c.idle()
	switch {
	case len(causes) == 0 && idle != "" && (c.SameBytes() || !c.moved()):
		same := " The results are the same to the byte."
		if !c.SameBytes() {
			same = " Nothing moved in what is compared."
		}
		return "Nothing changed but what moves no number" + idle + "." + same
	case len(causes) == 0 && c.SameBytes():
		return "Nothing changed: the same inputs, and the same results to the byte."
	case len(causes) == 0 && !c.moved():
		return "Nothing changed in what is compared, with the same inputs."
	case len(causes) == 0:
		but := ""
		if idle != "" {
			but = " but for what moves no number" + idle
		}
		return "What changed is the code: experiment, prices, traces and version are the same" + but + ", and the results are not."
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
	if len(c.keys) == 0 {
		return ""
	}
	var words []string
	for _, in := range c.keys {
		words = append(words, in.String())
	}
	return inBrackets(words)
}

// inputCauses says which inputs of one kind, of so a name, are not the same in both: those of
// one name whose content, called what, differs; those whose name alone does; and those
// that the other has not.
func inputCauses(what, kind string, a, b []Input) (list []string) {
	named := func(list []Input, name string) bool {
		return slices.ContainsFunc(list, func(in Input) bool { return in.Name == name })
	}
	var changed, renamed, gone, added []string
	var left []Input // of b, that a does not have
	for _, in := range b {
		if !named(a, in.Name) {
			left = append(left, in)
		}
	}
	for _, in := range a {
		if named(b, in.Name) {
			if digestOf(b, in.Name) != in.Digest {
				changed = append(changed, word(in.Name))
			}
			continue
		}
		i := slices.IndexFunc(left, func(other Input) bool { return other.Digest == in.Digest })
		if i < 0 {
			gone = append(gone, word(in.Name))
			continue
		}
		renamed = append(renamed, word(in.Name)+" → "+word(left[i].Name))
		left = slices.Delete(left, i, i+1)
	}
	for _, in := range left {
		added = append(added, word(in.Name))
	}
	add := func(text string, names []string) {
		if len(names) > 0 {
			list = append(list, text+inBrackets(names))
		}
	}
	add(what, changed)
	add("the name and not the content of a "+kind, renamed)
	add(plural(len(added), kind+" was added", kind+"s were added"), added)
	add(plural(len(gone), kind+" is gone", kind+"s are gone"), gone)
	return list
}

// inBrackets are the first names of some.
func inBrackets(names []string) string {
	shown := slices.Clone(names[:min(len(names), keysShown)])
	if more := len(names) - keysShown; more > 0 {
		shown = append(shown, fmt.Sprintf("%d more", more))
	}
	return " (" + strings.Join(shown, ", ") + ")"
}

// idle names, in brackets, what differs in what the two were made from and is no cause, as a title: no
// number depends on it; "" where nothing does.
func (c *Comparison) idle() string {
	var names []string
	for _, in := range c.Inputs {
		switch {
		case in.Name == warmupFound, in.Name == "replications" && c.adaptive: // which are results
		case in.Name == "experiment":
			names = append(names, "the name of the experiment's file")
		default:
			names = append(names, word(in.Name))
		}
	}
	if len(names) == 0 {
		return ""
	}
	return inBrackets(names)
}

// statistical reports whether the two are of the same model on processors that round
// otherwise: what is equal in all else then differs by chance, and a difference counts
// where its interval does.
func (c *Comparison) statistical() bool { return c.A.GOARCH != c.B.GOARCH }
