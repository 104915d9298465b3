package traces

import (
	"bufio"
	"compress/flate"
	"errors"
	"fmt"
	"io"
	"math"
	"path/filepath"

	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"
	"github.com/ulikunitz/xz"

	"github.com/coldcurve/coldcurve/internal/decimal"
	"github.com/coldcurve/coldcurve/internal/folder"
	"github.com/coldcurve/coldcurve/sim"
	"github.com/coldcurve/coldcurve/sim/tokens"
)

// Destination is where a trace is written.
type Destination struct {
	// Spec is "format:path". An ending .gz, .zst or .xz compresses; path - is
	// Stdout. For azure2019 the path is a folder that does not exist yet.
	Spec    string
	Stdout  io.Writer
	Replace bool // a file that is there
}

// sinkFile is an output: buffered, compressed by its ending, put in place
// whole.
type sinkFile struct {
	*bufio.Writer
	name    string
	closers []func() error
	commit  func(ok bool) error
	file    *atomicFile // nil: standard output
}

func createSink(path string, to Destination) (*sinkFile, error) {
	s := &sinkFile{name: path, commit: func(bool) error { return nil }}
	var out io.Writer
	if path == "-" {
		if to.Stdout == nil {
			return nil, errors.New("writing a trace to -: there is no standard output here, expected a file")
		}
		s.name, out = "standard output", to.Stdout
	} else {
		f, err := createAtomic(path, to.Replace)
		if err != nil {
			return nil, err
		}
		out, s.commit, s.file = f, f.finish, f
	}
	out, err := s.compress(out, filepath.Ext(path))
	if err != nil {
		return nil, errors.Join(err, s.commit(false))
	}
	s.Writer = bufio.NewWriterSize(out, 1<<18)
	return s, nil
}

// compress wraps an output as a file's ending says.
func (s *sinkFile) compress(out io.Writer, ending string) (io.Writer, error) {
	var z io.WriteCloser
	var err error
	switch ending {
	case ".gz":
		z, err = gzip.NewWriterLevel(out, flate.BestCompression)
	case ".zst":
		z, err = zstd.NewWriter(out, zstd.WithEncoderConcurrency(1))
	case ".xz":
		z, err = xz.NewWriter(out)
	default:
		return out, nil
	}
	if err != nil {
		return nil, fmt.Errorf("writing %s: %w", s.name, err)
	}
	s.closers = append(s.closers, z.Close)
	return z, nil
}

// written is how much of the output the disk has taken.
func (s *sinkFile) written() int64 {
	if s.file == nil {
		return 0
	}
	return s.file.written
}

// lacksMore adds to an error of a full disk how much of the file fitted.
func (s *sinkFile) lacksMore(err error) error { return folder.LacksMore(err, "the table", s.written()) }

// finish flushes and puts the file in place, unless failed says why not.
func (s *sinkFile) finish(failed error) error {
	err := failed
	if err == nil {
		if err = s.Flush(); err != nil {
			err = fmt.Errorf("writing %s: %w", s.name, err)
		}
	}
	for _, c := range s.closers {
		if e := c(); e != nil && err == nil {
			err = fmt.Errorf("writing %s: %w", s.name, e)
		}
	}
	if e := s.commit(err == nil); err == nil {
		err = e
	}
	return err
}

// rowFormat renders a trace as rows. The part of a row that only its function determines is rendered
// once a function.
type rowFormat struct {
	header string
	// prefix and suffix stand before and after the two times; between them
	// stands middle.
	prefix, suffix func(*sim.Function) []byte
	times          func(b []byte, v *sim.Invocation) []byte
	// tokens stand after the suffix, where the trace has any; nil: the format has no place for
	// them, or says them with the times.
	tokens   func(b []byte, r *tokens.Request) []byte
	end      string // of a row
	relative bool   // times count from the start, even where the trace has a clock
	loses    string // what the trace has and the format has not; may be empty
}

// rows returns how a format writes the rows of a trace.
func (t *Trace) rows(format string) (rowFormat, error) {
	switch format {
	case "azure2021":
		return t.azure2021Rows(), nil
	case "csv":
		return t.csvRows(), nil
	case "jsonl":
		return jsonlRows(), nil
	case "mooncake":
		return t.mooncakeRows()
	case "azure2019":
		return rowFormat{}, errors.New("a trace cannot be converted to azure2019, since its percentile tables would be invented; sample one from azure2019, or generate one")
	}
	return rowFormat{}, fmt.Errorf("%s is read and not written, expected one of azure2021, csv, jsonl, mooncake, store", format)
}

func none(*sim.Function) []byte { return nil }

// azure2021Rows writes app,func,end_timestamp,duration. A function without an
// app is an app of its own; owner, trigger and memory are not part of the format.
func (t *Trace) azure2021Rows() rowFormat {
	loses := ""
	if t.side != nil {
		loses = "tokens"
	}
	return rowFormat{
		loses:  loses,
		header: "app,func,end_timestamp,duration\n",
		prefix: func(f *sim.Function) []byte {
			app := f.App
			if app == "" {
				app = f.Name
			}
			b := append(appendField(nil, app), ',')
			return append(appendField(b, f.Name), ',')
		},
		times: func(b []byte, v *sim.Invocation) []byte {
			b = append(decimal.Append(b, v.Arrival+v.Service, secondPlaces), ',')
			return decimal.Append(b, v.Service, secondPlaces)
		},
		suffix: none,
		end:    "\n",
	}
}

// optionalColumn is a column of csv that is written where some function needs it.
type optionalColumn struct {
	name  string
	value func(*sim.Function) string
}

var optionalColumns = []optionalColumn{
	{"app", func(f *sim.Function) string { return f.App }},
	{"owner", func(f *sim.Function) string { return f.Owner }},
	{"trigger", func(f *sim.Function) string { return f.Trigger }},
	{"memory_mb", func(f *sim.Function) string { return positive(f.Memory, fmt.Appendf(nil, "%d", f.Memory)) }},
	{"timeout_s", func(f *sim.Function) string { return positive(f.Timeout, decimal.Append(nil, f.Timeout, secondPlaces)) }},
}

func positive(v int64, text []byte) string {
	if v <= 0 {
		return ""
	}
	return string(text)
}

func (t *Trace) csvRows() rowFormat {
	header := "arrival_s,service_s,function"
	var columns []optionalColumn
	for _, c := range optionalColumns {
		for i := range t.functions {
			if c.value(&t.functions[i]) != "" {
				columns = append(columns, c)
				header += "," + c.name
				break
			}
		}
	}
	var asks func([]byte, *tokens.Request) []byte
	loses := ""
	if t.side != nil {
		if t.side.shared() {
			loses = "blocks of tokens"
		}
		priority := t.side.prioritised()
		header += "," + inputName + "," + outputName
		if priority {
			header += "," + priorityName
		}
		asks = func(b []byte, r *tokens.Request) []byte { return appendTokens(b, r, priority) }
	}
	return rowFormat{
		header: header + "\n", prefix: none, tokens: asks, end: "\n", loses: loses,
		times: func(b []byte, v *sim.Invocation) []byte {
			b = append(decimal.Append(b, v.Arrival, secondPlaces), ',')
			return append(decimal.Append(b, v.Service, secondPlaces), ',')
		},
		suffix: func(f *sim.Function) []byte {
			b := appendField(nil, f.Name)
			for _, c := range columns {
				b = appendField(append(b, ','), c.value(f))
			}
			return b
		},
	}
}

func jsonlRows() rowFormat {
	return rowFormat{
		prefix: none, tokens: appendTokenFields, end: "}\n",
		times: func(b []byte, v *sim.Invocation) []byte {
			b = decimal.Append(append(b, `{"arrival_s":`...), v.Arrival, secondPlaces)
			return decimal.Append(append(b, `,"service_s":`...), v.Service, secondPlaces)
		},
		suffix: func(f *sim.Function) []byte {
			b := appendJSON([]byte(`,"function":`), f.Name)
			for i, c := range optionalColumns {
				v := c.value(f)
				if v == "" {
					continue
				}
				b = append(b, `,"`+c.name+`":`...)
				if i >= 3 { // memory_mb and timeout_s are numbers
					b = append(b, v...)
				} else {
					b = appendJSON(b, v)
				}
			}
			return b
		},
	}
}

// appendField appends a CSV field, quoted where RFC 4180 wants it.
func appendField(b []byte, s string) []byte {
	quote := false
	for i := 0; i < len(s); i++ {
		quote = quote || s[i] == ',' || s[i] == '"'
	}
	if !quote {
		return append(b, s...)
	}
	b = append(b, '"')
	for i := 0; i < len(s); i++ {
		if s[i] == '"' {
			b = append(b, '"')
		}
		b = append(b, s[i])
	}
	return append(b, '"')
}

// appendJSON appends a JSON string.
func appendJSON(b []byte, s string) []byte {
	b = append(b, '"')
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case c == '"' || c == '\\':
			b = append(b, '\\', c)
		case c < 0x20:
			b = fmt.Appendf(b, `\u%04x`, c)
		default:
			b = append(b, c)
		}
	}
	return append(b, '"')
}

// writeRows writes a source of a trace in the order of time, by its clock.
func (t *Trace) writeRows(out *sinkFile, format rowFormat, next func() ([]sim.Invocation, error)) error {
	functions, columns, epoch := t.functions, t.Tokens(), t.clock.epoch
	prefix, suffix := make([][]byte, len(functions)), make([][]byte, len(functions))
	if format.relative {
		epoch = 0
	}
	if format.tokens == nil {
		columns = nil
	}
	for i := range functions {
		prefix[i] = format.prefix(&functions[i])
		suffix[i] = format.suffix(&functions[i])
		if columns == nil {
			suffix[i] = append(suffix[i], format.end...)
		}
	}
	if _, err := out.WriteString(format.header); err != nil {
		return fmt.Errorf("writing %s: %w", out.name, err)
	}
	var b []byte
	for {
		batch, err := next()
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return err
		}
		b = b[:0]
		for i := range batch {
			v := &batch[i]
			v.Arrival += epoch
			if v.Service > math.MaxInt64-v.Arrival {
				return fmt.Errorf("writing %s: an invocation of %s ends beyond 292 years", out.name, shown(functions[v.Function].Name))
			}
			b = append(b, prefix[v.Function]...)
			b = format.times(b, v)
			b = append(b, suffix[v.Function]...)
			if columns != nil {
				r := columns.Tokens(v.Function, v.Attr, 0)
				b = append(format.tokens(b, &r), format.end...)
			}
		}
		if _, err := out.Write(b); err != nil {
			return fmt.Errorf("writing %s: %w", out.name, err)
		}
	}
}
