package logs

import (
	"bufio"
	"bytes"
	"io"
)

// columnsMost is how many columns of a row are looked at.
const columnsMost = 512

const brokenRow problem = "found a row with an open quote, or longer than 1 MiB, expected CSV as RFC 4180 has it"

// rows reads CSV: the header, and then calls take for every row. Fields may be
// quoted and hold line breaks; the separator is the header's: comma, semicolon or tab.
func (r *reader) rows(in io.Reader, header func(names [][]byte) problem, take func(fields [][]byte) problem) error {
	var text []byte // of a row that goes on
	open := false   // a quote of it is
	var fields [][]byte
	separator := byte(0)
	err := r.each(in, func(line []byte) problem {
		if !open && space(line, 0) == len(line) {
			return ""
		}
		odd := bytes.Count(line, []byte{'"'})%2 != 0
		switch {
		case open:
			text = append(append(text, '\n'), line...)
			line = text
			if open = !odd; open && len(text) > lineMost {
				open = false
				return brokenRow
			}
		case odd:
			text, open = append(text[:0], line...), true
		}
		if open {
			return ""
		}
		if separator == 0 {
			separator = separatorOf(line)
			return header(cells(line, separator, nil))
		}
		fields = cells(line, separator, fields[:0])
		return take(fields)
	})
	if err == nil && open {
		return r.skip(brokenRow)
	}
	return err
}

// separatorOf is what a header's names are parted by.
func separatorOf(header []byte) byte {
	best, most := byte(','), 0
	for _, c := range []byte{',', ';', '\t'} {
		if n := bytes.Count(header, []byte{c}); n > most {
			best, most = c, n
		}
	}
	return best
}

// cells cuts a row. Quotes are taken off, and doubled ones halved in place.
func cells(b []byte, separator byte, out [][]byte) [][]byte {
	for len(out) < columnsMost {
		cell := b
		next := -1
		if len(b) > 0 && b[0] == '"' {
			end := 1
			kept := b[1:1]
			for end < len(b) {
				if b[end] == '"' {
					if end+1 >= len(b) || b[end+1] != '"' {
						break
					}
					end++
				}
				kept = append(kept, b[end])
				end++
			}
			cell = kept
			if i := bytes.IndexByte(b[min(end+1, len(b)):], separator); i >= 0 {
				next = min(end+1, len(b)) + i
			}
		} else if i := bytes.IndexByte(b, separator); i >= 0 {
			cell, next = b[:i], i
		}
		out = append(out, bytes.TrimSpace(cell))
		if next < 0 {
			return out
		}
		b = b[next+1:]
	}
	return out
}

// firstLine is the first line of a text that is not empty.
func firstLine(b []byte) []byte {
	b = b[space(b, 0):]
	return bytes.TrimSuffix(b[:upTo(b, '\n')], []byte("\r"))
}

// startsJSON reports whether a file is JSON, by its first byte.
func startsJSON(in io.Reader) (io.Reader, bool, error) {
	body := bufio.NewReaderSize(in, peekMost)
	sample, err := body.Peek(peekMost)
	if err != nil && err != io.EOF {
		return nil, false, err
	}
	i := space(sample, 0)
	return body, i < len(sample) && (sample[i] == '{' || sample[i] == '['), nil
}
