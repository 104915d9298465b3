package traces

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"os"
	"strings"

	"github.com/klauspost/compress/zstd"
	"github.com/ulikunitz/xz"
)

// stream is an opened file, decompressed.
type stream struct {
	r       io.Reader
	name    string // in messages
	method  string // gzip, zstd, xz, or "" for plain
	read    int64  // decompressed bytes so far
	tail    *tail  // of an xz file
	closers []func() error
}

var magics = []struct {
	method string
	prefix []byte
}{
	{"gzip", []byte{0x1f, 0x8b}},
	{"zstd", []byte{0x28, 0xb5, 0x2f, 0xfd}},
	{"xz", []byte{0xfd, '7', 'z', 'X', 'Z', 0}},
}

// openStream opens a file for reading; name is what messages call it.
func openStream(path, name string) (*stream, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("opening trace %s: %w", name, err)
	}
	s, err := newStream(f, name)
	if err != nil {
		f.Close()
		return nil, err
	}
	s.closers = append(s.closers, f.Close)
	return s, nil
}

// newStream decompresses r as its first bytes say.
func newStream(r io.Reader, name string) (*stream, error) {
	br := bufio.NewReaderSize(r, 1<<16)
	s := &stream{r: br, name: name}
	head, err := br.Peek(6)
	if err != nil && err != io.EOF {
		return nil, fmt.Errorf("reading trace %s: %w", name, err)
	}
	for _, m := range magics {
		if bytes.HasPrefix(head, m.prefix) {
			s.method = m.method
		}
	}
	switch s.method {
	case "gzip":
		var z *members
		if z, err = newMembers(br); err == nil {
			s.r, s.closers = z, []func() error{func() error { z.Close(); return nil }} // it repeats what Read has said
		}
	case "zstd":
		var z *zstd.Decoder
		if z, err = zstd.NewReader(br, zstd.WithDecoderLowmem(true)); err == nil {
			s.r, s.closers = z, []func() error{func() error { z.Close(); return nil }}
		}
	case "xz":
		var z *xz.Reader
		s.tail = &tail{r: br}
		if z, err = xz.NewReader(s.tail); err == nil {
			s.r = z
		}
	default:
		err = nil
	}
	if err != nil {
		return nil, s.explain(err)
	}
	return s, nil
}

// Read implements io.Reader.
func (s *stream) Read(p []byte) (int, error) {
	n, err := s.r.Read(p)
	s.read += int64(n)
	if err == io.EOF && s.tail != nil && !s.tail.footer() {
		err = io.ErrUnexpectedEOF
	}
	if err != nil && err != io.EOF {
		err = s.explain(err)
	}
	return n, err
}

// explain names the file, and what was expected of a stream cut short.
func (s *stream) explain(err error) error {
	if s.method == "" {
		return fmt.Errorf("reading trace %s: %w", s.name, err)
	}
	if errors.Is(err, errTrailing) {
		return fmt.Errorf("%s: its %s stream is whole, %d bytes decompressed, and %w", s.name, s.method, s.read, err)
	}
	if err == io.EOF || errors.Is(err, io.ErrUnexpectedEOF) || strings.Contains(err.Error(), "unexpected EOF") {
		return fmt.Errorf("%s: truncated: its %s stream stops after %d decompressed bytes, expected its end mark and checksum; fetch or copy the file again: %w",
			s.name, s.method, s.read, io.ErrUnexpectedEOF)
	}
	return fmt.Errorf("%s: damaged: its %s stream cannot be decompressed after %d bytes: %w", s.name, s.method, s.read, err)
}

// Close closes the decompressor and the file.
func (s *stream) Close() error {
	var errs []error
	for _, c := range s.closers {
		errs = append(errs, c())
	}
	return errors.Join(errs...)
}

// tail remembers the last bytes of an xz file: the decoder takes a file that is
// cut between a block and the index for a whole one.
type tail struct {
	r    io.Reader
	last []byte
}

// Read implements io.Reader.
func (t *tail) Read(p []byte) (int, error) {
	n, err := t.r.Read(p)
	t.last = append(t.last, p[max(0, n-64):n]...)
	t.last = t.last[max(0, len(t.last)-64):]
	return n, err
}

// footer reports whether the file ends with a stream footer (xz file format
// 1.0.4, section 2.1.2), and padding at most.
func (t *tail) footer() bool {
	b := t.last
	for len(b) >= 4 && bytes.Equal(b[len(b)-4:], []byte{0, 0, 0, 0}) {
		b = b[:len(b)-4]
	}
	if len(b) < 12 {
		return false
	}
	b = b[len(b)-12:]
	return b[10] == 'Y' && b[11] == 'Z' && crc32.ChecksumIEEE(b[4:10]) == binary.LittleEndian.Uint32(b)
}

// Decompress reads r as its first bytes say: gzip, zstd, xz, or as it is. name
// is what messages call it; a stream cut short or damaged is an error that says
// so. Closing it does not close r.
func Decompress(r io.Reader, name string) (io.ReadCloser, error) { return newStream(r, name) }
