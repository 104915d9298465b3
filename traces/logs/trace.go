package logs

import (
	"context"
	"fmt"

	"github.com/coldcurve/coldcurve/internal/spec"
	"github.com/coldcurve/coldcurve/traces"
)

// TraceFormats lists the formats of logs as formats of traces: what a log says
// of its requests is replayed. The name "log" takes any of them, told by its
// content. One of a name that a trace's own format has goes by "log" alone.
func TraceFormats() []traces.Format {
	own := map[string]bool{}
	for _, f := range traces.Formats() {
		own[f.Name] = true
	}
	list := []traces.Format{traceFormat("log", "a log of a service in production, of any format that estimate reads, told by its content", "what the log says", "")}
	for _, f := range Formats() {
		if !own[f.Name] {
			list = append(list, traceFormat(f.Name, f.Help, f.Has, f.Name))
		}
	}
	return list
}

func traceFormat(name, help, has, format string) traces.Format {
	return traces.Format{
		Name:      name,
		Help:      help,
		Path:      "a file, a folder, a pattern as in logs/*.gz, or - for standard input",
		Ordering:  "any: requests are sorted by arrival, on disk",
		Length:    "from the first arrival to the last and one bin more, of the finest of second, minute, hour, day and week of which at least half are busy; else the mean gap more",
		ColdStart: "service times are the durations without the initialisation, where the log tells it; it has: " + has,
		Read: func(ctx context.Context, in *traces.Found, w *traces.StoreWriter) (*traces.Recording, error) {
			return recorded(ctx, in, w, format)
		},
	}
}

// recorded reads the files of a trace.
func recorded(ctx context.Context, in *traces.Found, w *traces.StoreWriter, format string) (*traces.Recording, error) {
	fields, err := ParseFields(in.Fields)
	if err != nil {
		return nil, fmt.Errorf("fields: %w", err)
	}
	files, err := Files(in.Path, in.Name, in.Stdin)
	if err != nil {
		return nil, err
	}
	p, err := Read(ctx, files, Options{Format: format, Fields: fields, Strict: !in.Lenient, Store: w, TempDir: in.TempDir, Anonymous: in.Anonymous})
	if err != nil {
		return nil, err
	}
	if p.Stored == 0 {
		return nil, fmt.Errorf("%s: no request has both a time and a duration: there is nothing to replay", in.Name)
	}
	return p.Recording(), nil
}

// Recording is the profile of what was written to Options.Store, as the trace
// that it is.
func (p *Profile) Recording() *traces.Recording {
	r := &traces.Recording{Length: p.Length, Rows: p.Lines, Skipped: p.Skipped, Notes: p.Caveats}
	for i := range p.Functions {
		r.Functions = append(r.Functions, p.Functions[i].Workload())
	}
	for _, f := range p.Files {
		r.Files = append(r.Files, f.Name)
	}
	r.Notes = append(r.Notes, fmt.Sprintf("the log is of %s: %s", spec.Duration(p.Length), p.LengthOf))
	return r
}
