package traces

import (
	"bufio"
	"errors"
	"io"

	"github.com/klauspost/compress/gzip"
)

// errTrailing is of a gzip stream that is whole, and followed by what is none.
var errTrailing = errors.New("bytes follow its end that are no gzip, expected the end of the file; take them off, or compress the file again")

// members reads the members of a gzip file one by one: the decoder itself takes what
// follows the last one for another that is damaged or cut short.
type members struct {
	*gzip.Reader
	from *bufio.Reader
}

func newMembers(from *bufio.Reader) (*members, error) {
	z, err := gzip.NewReader(from)
	if err != nil {
		return nil, err
	}
	z.Multistream(false)
	return &members{z, from}, nil
}

// Read implements io.Reader.
func (m *members) Read(p []byte) (int, error) {
	n, err := m.Reader.Read(p)
	if err != io.EOF {
		return n, err
	}
	if err = m.next(); err == nil && n == 0 && len(p) > 0 {
		return m.Read(p)
	}
	return n, err
}

// next goes on to the next member; io.EOF after the last one.
func (m *members) next() error {
	head, err := m.from.Peek(2)
	switch {
	case len(head) == 0:
		return err
	case len(head) < 2 || head[0] != 0x1f || head[1] != 0x8b:
		return errTrailing
	}
	if err := m.Reset(m.from); err != nil {
		return err
	}
	m.Multistream(false)
	return nil
}
