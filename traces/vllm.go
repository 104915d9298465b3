package traces

import (
	"context"
	"strings"

	"github.com/coldcurve/coldcurve/internal/decimal"
)

// vllmBlock is how many tokens a block of vLLM's has.
const vllmBlock = 16

// vllmForm is a form of JSONL in which workloads of vllm bench and LLMServingSim are
// kept, and what an engine measured of them.
type vllmForm struct {
	fields []jsonField // arrival, input, output, blocks; then what is passed over
	places int         // decimal places between the arrival's unit and a ns
}

// vllmForms lists them; each has an arrival of another name.
func vllmForms() []vllmForm {
	return []vllmForm{
		{[]jsonField{
			{"arrival_ns", jsonNumber}, {"input", jsonNumber}, {"output", jsonNumber}, {"blocks", jsonIDs},
			{"has_output_ids", jsonIgnored}, {"full_input_blocks", jsonIgnored},
		}, 0},
		{[]jsonField{
			{"arrival_time", jsonNumber}, {"input_toks", jsonNumber}, {"output_toks", jsonNumber}, {"blocks", jsonIDs},
			{"request_id", jsonIgnored}, {"queued_ts", jsonIgnored}, {"scheduled_ts", jsonIgnored}, {"first_token_ts", jsonIgnored}, {"last_token_ts", jsonIgnored},
		}, secondPlaces},
	}
}

// readVLLM reads one JSON object a line, in the form that the first line has: of a
// workload (arrival_ns, input, output, blocks) or of an engine's log of requests
// (arrival_time in seconds, input_toks, output_toks). Blocks are full ones of 16
// tokens, chained, and go on into the output. What an engine measured is passed over.
func readVLLM(ctx context.Context, l *lineReader, sink *rowSink) error {
	var p *objectParser
	var form vllmForm
	name := []byte(modelName)
	return sink.each(ctx, l, func(line []byte, v *row) (err error) {
		if p == nil {
			if form, err = l.vllmForm(line); err != nil {
				return err
			}
			p = newObjectParser(form.fields, sink.request.Lenient)
		}
		if problem := p.parse(line); problem != "" {
			return l.bad("broken JSON", "%s", problem)
		}
		for i, name := range p.known[:3] {
			if p.values[i] == nil {
				return l.bad("fields missing", "found no %q, expected the fields %s", name, strings.Join(p.known[:3], ", "))
			}
		}
		*v = row{name: name}
		var ok bool
		if v.arrival, ok = decimal.Scaled(p.values[0], form.places); !ok {
			return l.bad("times that are not numbers", "%s: found %s, expected a time ≥ 0 and below 292 years", p.known[0], excerpt(p.values[0]))
		}
		if v.tokens.Input, err = l.count(p.known[1], p.values[1]); err != nil {
			return err
		}
		if v.tokens.Output, err = l.count(p.known[2], p.values[2]); err != nil {
			return err
		}
		if len(p.ids) > 0 {
			v.tokens.Blocks, v.tokens.Extent = p.ids, vllmBlock
			return l.tooManyBlocks(v)
		}
		return nil
	})
}

// vllmForm tells the form by a line.
func (l *lineReader) vllmForm(line []byte) (vllmForm, error) {
	var names []string
	for _, f := range vllmForms() {
		// Of another form, the parser meets fields that it does not know.
		p := newObjectParser(f.fields, true)
		if p.parse(line) == "" && p.values[0] != nil {
			return f, nil
		}
		names = append(names, `"`+f.fields[0].name+`"`)
	}
	return vllmForm{}, l.bad("", "found %s, expected a JSON object with %s", excerpt(line), strings.Join(names, " or "))
}
