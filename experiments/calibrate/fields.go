package calibrate

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/coldcurve/coldcurve/internal/spec"
)

// The names of a field map.
const (
	fieldArrival = "arrival"
	fieldQueued  = "queued"
	fieldInput   = "input"
	fieldOutput  = "output"
	fieldFirst   = "first"
	fieldLast    = "last"
	fieldTTFT    = "ttft"
	fieldE2E     = "e2e"
	fieldBlocks  = "blocks"
)

// FieldNames returns the names of a field map.
func FieldNames() []string {
	return []string{fieldArrival, fieldQueued, fieldInput, fieldOutput, fieldFirst, fieldLast, fieldTTFT, fieldE2E, fieldBlocks}
}

const expectedFields = "expected arrival, input, output, first (or ttft) and last (or e2e), and queued where arrivals are on another clock; --fields maps other names"

// Fields says where a log has what: a column, or names from the top of an object
// joined by dots. The zero value takes the names themselves.
type Fields struct{ paths map[string]string }

// ParseFields reads a field map, as in "arrival=ts,input=prompt_tokens".
func ParseFields(text string) (Fields, error) {
	f := Fields{}
	if text == "" {
		return f, nil
	}
	f.paths = map[string]string{}
	for _, pair := range strings.Split(text, ",") {
		name, path, ok := strings.Cut(pair, "=")
		switch {
		case !ok || path == "":
			return Fields{}, fmt.Errorf("field map: found %q, expected name=path, as in arrival=ts", pair)
		case !slices.Contains(FieldNames(), name):
			return Fields{}, fmt.Errorf("field map: %s", spec.Unknown("name", name, FieldNames()))
		case f.paths[name] != "":
			return Fields{}, fmt.Errorf("field map: found %s twice, expected it once", name)
		}
		f.paths[name] = path
	}
	return f, nil
}

// engineFields are those of an engine's log of requests.
func engineFields() Fields {
	return Fields{map[string]string{
		fieldArrival: "arrival_time", fieldQueued: "queued_ts", fieldInput: "input_toks", fieldOutput: "output_toks",
		fieldFirst: "first_token_ts", fieldLast: "last_token_ts", fieldBlocks: "blocks",
	}}
}

// path is where a name stands. One that a map does not have stands nowhere.
func (f *Fields) path(name string) string {
	if len(f.paths) == 0 {
		return name
	}
	return f.paths[name]
}

// either is where one of two names stands that say the same, for a message: both,
// where a map has both.
func (f *Fields) either(a, b string) string {
	at, other := f.path(a), f.path(b)
	switch {
	case at == "":
		return other
	case other == "":
		return at
	}
	return at + " or " + other
}

// complete refuses a map without what every request must have.
func (f *Fields) complete() error {
	if len(f.paths) == 0 {
		return nil
	}
	for _, name := range []string{fieldArrival, fieldInput, fieldOutput} {
		if f.paths[name] == "" {
			return fmt.Errorf("field map: found no %s; %s", name, expectedFields)
		}
	}
	if f.paths[fieldFirst] == "" && f.paths[fieldTTFT] == "" {
		return errors.New("field map: found neither first nor ttft: without first tokens prefills and decodes cannot be told apart; " + expectedFields)
	}
	if f.paths[fieldLast] == "" && f.paths[fieldE2E] == "" {
		return errors.New("field map: found neither last nor e2e; " + expectedFields)
	}
	return nil
}

// fieldAt is a name and where it stands.
type fieldAt struct {
	name, path string
	mapped     bool
}

// wanted reports whether every log must have it.
func (f fieldAt) wanted() bool {
	return f.mapped || f.name == fieldArrival || f.name == fieldInput || f.name == fieldOutput
}

// list returns all names that stand somewhere, in the order of FieldNames.
func (f *Fields) list() (list []fieldAt) {
	for _, name := range FieldNames() {
		if path := f.path(name); path != "" {
			list = append(list, fieldAt{name, path, len(f.paths) > 0})
		}
	}
	return list
}
