package logs

import (
	"bytes"
	"io"
)

// lineMost is the longest line that is looked at: CloudWatch's events end at 1 MiB.
const lineMost = 1 << 20

// lines yields the lines of a file without their ends. A longer one is passed
// over and counted.
type lines struct {
	r        io.Reader
	buf      []byte
	from, to int
	searched int // bytes of the open line that hold no LF
	end      bool
	line     int64 // number of the line returned last, from 1
	long     int64 // lines passed over
}

func newLines(r io.Reader) *lines { return &lines{r: r, buf: make([]byte, 1<<18)} }

// next returns the next line, valid until the next call, or io.EOF.
func (l *lines) next() ([]byte, error) {
	for dropping := false; ; {
		if i := bytes.IndexByte(l.buf[l.from+l.searched:l.to], '\n'); i >= 0 {
			b := l.buf[l.from : l.from+l.searched+i]
			l.from += l.searched + i + 1
			l.searched = 0
			l.line++
			if !dropping {
				return bytes.TrimSuffix(b, []byte("\r")), nil
			}
			dropping = false
			continue
		}
		l.searched = l.to - l.from
		if l.end {
			return l.last(dropping)
		}
		if l.searched >= lineMost {
			if !dropping {
				l.long++
			}
			dropping, l.from, l.to, l.searched = true, 0, 0, 0
		}
		if err := l.fill(); err != nil {
			return nil, err
		}
	}
}

// last returns a line that has no end.
func (l *lines) last(dropping bool) ([]byte, error) {
	b := l.buf[l.from:l.to]
	l.from, l.searched = l.to, 0
	if len(b) == 0 || dropping {
		return nil, io.EOF
	}
	l.line++
	return bytes.TrimSuffix(b, []byte("\r")), nil
}

// fill moves what is left to the front and reads more.
func (l *lines) fill() error {
	l.to = copy(l.buf, l.buf[l.from:l.to])
	l.from = 0
	if l.to == len(l.buf) {
		l.buf = append(l.buf, make([]byte, len(l.buf))...)
	}
	n, err := l.r.Read(l.buf[l.to:])
	l.to += n
	if err == io.EOF {
		l.end = true
		return nil
	}
	return err
}
