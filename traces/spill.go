package traces

import (
	"bufio"
	"fmt"
	"os"

	"github.com/coldcurve/coldcurve/internal/folder"
)

// spillMax is how much packed data is kept in memory before it goes to a file.
const spillMax = 32 << 20

// spill keeps packed data in memory while it is small, and in a temporary file
// when it is not. It is written first, finished, and then read from several
// goroutines.
type spill struct {
	dir  string
	mem  []byte
	file *os.File
	path string // of a file that could not be removed while open
	out  *bufio.Writer
	size int64
}

// add appends b and returns its offset.
func (s *spill) add(b []byte) (int64, error) {
	at := s.size
	s.size += int64(len(b))
	if s.file == nil && s.size <= spillMax {
		s.mem = append(s.mem, b...)
		return at, nil
	}
	if s.file == nil {
		f, err := os.CreateTemp(s.dir, "coldcurve-*.packed")
		if err != nil {
			return 0, fmt.Errorf("packing a trace: %w", err)
		}
		if os.Remove(f.Name()) != nil { // else gone even if the process is killed
			s.path = f.Name()
		}
		s.file, s.out = f, bufio.NewWriterSize(f, 1<<18)
		if _, err := s.out.Write(s.mem); err != nil {
			return 0, s.failed(err)
		}
		s.mem = nil
	}
	if _, err := s.out.Write(b); err != nil {
		return 0, s.failed(err)
	}
	return at, nil
}

// finish ends the writing.
func (s *spill) finish() error {
	if s.out == nil {
		return nil
	}
	if err := s.out.Flush(); err != nil {
		return s.failed(err)
	}
	s.out = nil
	return nil
}

// failed is an error of writing.
func (s *spill) failed(err error) error {
	return folder.LacksMore(fmt.Errorf("packing a trace: %w", err), "a packed trace (TMPDIR names another folder for it)", s.size)
}

// read fills b from an offset.
func (s *spill) read(b []byte, at int64) error {
	if s.file == nil {
		copy(b, s.mem[at:])
		return nil
	}
	if err := readAt(s.file, b, at); err != nil {
		return fmt.Errorf("reading a packed trace: %w", err)
	}
	return nil
}

// Close removes the file.
func (s *spill) Close() error {
	if s.file == nil {
		return nil
	}
	err := s.file.Close()
	if s.path != "" {
		if gone := os.Remove(s.path); err == nil {
			err = gone
		}
	}
	return err
}
