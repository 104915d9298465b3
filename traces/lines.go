package traces

import (
	"bytes"
	"fmt"
	"io"
	"unicode/utf8"
)

// lineLimit is the longest line read. A row of a full Azure 2019 day is at
// most some 10 kB; more than a megabyte is no text file.
const lineLimit = 1 << 20

// lineReader yields the lines of a text file without their ends (LF or CRLF).
// Blank lines and a byte order mark are passed over.
type lineReader struct {
	r     io.Reader
	file  string
	line  int64 // number of the line returned last, from 1
	buf   []byte
	from  int
	to    int
	atEOF bool
}

func newLineReader(r io.Reader, file string) *lineReader {
	return &lineReader{r: r, file: file, buf: make([]byte, 1<<17)}
}

// next returns the next line; it is valid until the next call.
func (l *lineReader) next() ([]byte, error) {
	for {
		b, err := l.raw()
		if err != nil {
			return nil, err
		}
		if l.line == 1 {
			b = bytes.TrimPrefix(b, []byte("\xef\xbb\xbf"))
		}
		if n := len(b); n > 0 && b[n-1] == '\r' {
			b = b[:n-1]
		}
		if len(b) > 0 {
			return b, nil
		}
	}
}

// raw returns the next line as it is, less its LF.
func (l *lineReader) raw() ([]byte, error) {
	searched := l.from
	for {
		if i := bytes.IndexByte(l.buf[searched:l.to], '\n'); i >= 0 {
			b := l.buf[l.from : searched+i]
			l.from = searched + i + 1
			l.line++
			return b, nil
		}
		if l.atEOF {
			b := l.buf[l.from:l.to]
			l.from = l.to
			if len(b) == 0 {
				return nil, io.EOF
			}
			l.line++
			return b, nil
		}
		searched = l.to - l.from
		if err := l.fill(); err != nil {
			return nil, err
		}
	}
}

// fill moves what is left to the front and reads more.
func (l *lineReader) fill() error {
	l.to = copy(l.buf, l.buf[l.from:l.to])
	l.from = 0
	if l.to == len(l.buf) {
		if l.to >= lineLimit {
			return l.bad("", "the line is longer than %d bytes, expected a text file with short lines", lineLimit).at(l.line + 1)
		}
		l.buf = append(l.buf, make([]byte, len(l.buf))...)
	}
	n, err := l.r.Read(l.buf[l.to:])
	l.to += n
	if err == io.EOF {
		l.atEOF = true
		return nil
	}
	return err
}

// bad is a problem at the line returned last. kind groups such rows when they
// are skipped; "" is a problem that cannot be skipped.
func (l *lineReader) bad(kind, format string, a ...any) *Malformed {
	return &Malformed{File: l.file, Line: l.line, Problem: fmt.Sprintf(format, a...), kind: kind}
}

func (m *Malformed) at(line int64) *Malformed {
	m.Line = line
	return m
}

// splitter cuts a CSV line (RFC 4180) at its commas. A quoted field must end on its
// line, since no name may hold a line break.
type splitter struct {
	fields  [][]byte
	scratch []byte
}

// split returns the fields; they are valid until the next call.
func (s *splitter) split(line []byte) ([][]byte, string) {
	s.fields = s.fields[:0]
	if bytes.IndexByte(line, '"') >= 0 {
		return s.quoted(line)
	}
	for {
		i := bytes.IndexByte(line, ',')
		if i < 0 {
			s.fields = append(s.fields, line)
			return s.fields, ""
		}
		s.fields = append(s.fields, line[:i])
		line = line[i+1:]
	}
}

// quoted splits a line that has a quote somewhere.
func (s *splitter) quoted(line []byte) ([][]byte, string) {
	s.scratch = s.scratch[:0]
	if cap(s.scratch) < len(line) {
		s.scratch = make([]byte, 0, 2*len(line)) // fields point into it: it must not grow below
	}
	for {
		field, rest, more, problem := s.field(line)
		if problem != "" {
			return nil, problem
		}
		s.fields = append(s.fields, field)
		if !more {
			return s.fields, ""
		}
		line = rest
	}
}

// field cuts the first field off a line.
func (s *splitter) field(line []byte) (field, rest []byte, more bool, problem string) {
	if len(line) == 0 || line[0] != '"' {
		i := bytes.IndexByte(line, ',')
		if i < 0 {
			i, more = len(line), false
		} else {
			more, rest = true, line[i+1:]
		}
		if bytes.IndexByte(line[:i], '"') >= 0 {
			return nil, nil, false, fmt.Sprintf("found a quote inside the field %s, expected the whole field in quotes and its quotes doubled", excerpt(line[:i]))
		}
		return line[:i], rest, more, ""
	}
	from := len(s.scratch)
	for line = line[1:]; ; {
		i := bytes.IndexByte(line, '"')
		if i < 0 {
			return nil, nil, false, "found a quoted field that does not end on its line, expected a closing quote (a name holds no line break)"
		}
		s.scratch = append(s.scratch, line[:i]...)
		line = line[i+1:]
		if len(line) == 0 {
			return s.scratch[from:], nil, false, ""
		}
		switch line[0] {
		case '"':
			s.scratch = append(s.scratch, '"')
			line = line[1:]
		case ',':
			return s.scratch[from:], line[1:], true, ""
		default:
			return nil, nil, false, fmt.Sprintf("found %s after a closing quote, expected a comma or the end of the line", excerpt(line[:1]))
		}
	}
}

// badName says what is wrong with a name; "" if nothing is.
func badName(what string, name []byte) string {
	ascii := true
	for _, c := range name {
		if c == 0 || c == '\n' || c == '\r' {
			return fmt.Sprintf("the %s %s holds a NUL or a line break, expected a name without", what, excerpt(name))
		}
		ascii = ascii && c < utf8.RuneSelf
	}
	if !ascii && !utf8.Valid(name) {
		return fmt.Sprintf("the %s %s is not valid UTF-8", what, excerpt(name))
	}
	return ""
}
