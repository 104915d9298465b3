package logs

import (
	"bufio"
	"bytes"
	"encoding/base64"
	"fmt"
	"io"

	"github.com/klauspost/compress/gzip"
)

// gzipBase64 is how base64 of gzip begins: the bytes 1f 8b 08.
var gzipBase64 = []byte("H4sI")

// inflate decodes the base64 of a gzip stream of at most 16 MiB, as Kinesis
// and Firehose deliver a subscription's payload.
func inflate(b []byte) ([]byte, error) {
	z, err := gzip.NewReader(base64.NewDecoder(base64.StdEncoding, bytes.NewReader(b)))
	if err != nil {
		return nil, err
	}
	out, err := io.ReadAll(io.LimitReader(z, valueMost+1))
	if err == nil && len(out) > valueMost {
		err = errTooBig
	}
	return out, err
}

// payloads reads lines of base64 of gzip as what they hold.
type payloads struct {
	in   *bufio.Reader
	file string
	line int64
	rest []byte
	err  error
}

func newPayloads(in io.Reader, file string) *payloads {
	return &payloads{in: bufio.NewReaderSize(in, 1<<16), file: file}
}

// Read implements io.Reader.
func (p *payloads) Read(b []byte) (int, error) {
	for len(p.rest) == 0 {
		if p.err != nil {
			return 0, p.err
		}
		p.next()
	}
	n := copy(b, p.rest)
	p.rest = p.rest[n:]
	return n, nil
}

// next decodes the next line.
func (p *payloads) next() {
	var line []byte
	for {
		piece, err := p.in.ReadSlice('\n')
		line = append(line, piece...)
		if err != bufio.ErrBufferFull {
			p.err = err
			break
		}
		if len(line) > valueMost {
			p.err = fmt.Errorf("%s:%d: found a line of base64 longer than 16 MiB, expected less", p.file, p.line+1)
			return
		}
	}
	p.line++
	line = bytes.TrimSpace(line)
	if len(line) == 0 {
		return
	}
	out, err := inflate(line)
	if err != nil {
		p.err = fmt.Errorf("%s:%d: found base64 that cannot be decompressed, expected that of a gzip payload: %w", p.file, p.line, err)
		return
	}
	p.rest = append(out, '\n')
}
