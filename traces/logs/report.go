package logs

import (
	"bytes"

	"github.com/coldcurve/coldcurve/sim"
)

var reportPrefix = []byte("REPORT RequestId: ")

// parseReport reads what follows "REPORT RequestId: " in a report of Lambda:
//
//	<uuid>\tDuration: 1.57 ms\tBilled Duration: 490 ms\tMemory Size: 128 MB\tMax Memory Used: 81 MB\t…
//
// Fields may come in any order, parted by tabs or spaces; a field that is not
// known is passed over, as is an XRAY part on the same line.
func parseReport(b []byte, e *entry) problem {
	e.has |= hasCold
	i := bytes.IndexByte(b, '\t')
	if i < 0 {
		if i = bytes.IndexByte(b, ' '); i < 0 {
			return "REPORT: found no fields, expected Duration, Billed Duration and Memory Size"
		}
	}
	e.key = digest(b[:i])
	for {
		for i < len(b) && (b[i] == '\t' || b[i] == ' ' || b[i] == '"' || b[i] == '\r') {
			i++
		}
		if i >= len(b) || b[i] == '\n' {
			break
		}
		n, p := e.field(b[i:])
		if p != "" {
			return p
		}
		i += n
	}
	switch {
	case e.has&hasDuration == 0:
		return "Duration: found none, expected one"
	case e.has&hasBilled == 0:
		return "Billed Duration: found none, expected one"
	case e.has&hasMemory == 0:
		return "Memory Size: found none, expected one"
	}
	e.cold = e.has&(hasInit|hasRestore) != 0
	return ""
}

// field reads one field of a report and returns its length.
func (e *entry) field(b []byte) (int, problem) {
	switch b[0] {
	case 'D':
		if n := after(b, "Duration: "); n > 0 {
			return e.millis(b, n, hasDuration, &e.duration, "Duration: found no number of ms below 10000000000, expected one, as in 12.34 ms",
				"Duration: found twice, expected it once")
		}
	case 'B':
		if n := after(b, "Billed Duration: "); n > 0 {
			return e.whole(b, n, " ms", hasBilled, millisMax, &e.billed,
				"Billed Duration: found no whole number of ms below 10000000000, expected one, as in 13 ms", "Billed Duration: found twice, expected it once")
		}
		if n := after(b, "Billed Restore Duration: "); n > 0 {
			return e.whole(b, n, " ms", hasBilledRestore, millisMax, &e.billedRestore,
				"Billed Restore Duration: found no whole number of ms below 10000000000, expected one, as in 182 ms", "Billed Restore Duration: found twice, expected it once")
		}
	case 'M':
		if n := after(b, "Memory Size: "); n > 0 {
			return e.whole(b, n, " MB", hasMemory, memoryMax, &e.memory,
				"Memory Size: found no whole number of MB from 1 to 1048575, expected one, as in 128 MB", "Memory Size: found twice, expected it once")
		}
		if n := after(b, "Max Memory Used: "); n > 0 {
			return e.whole(b, n, " MB", 0, memoryMax, &e.used,
				"Max Memory Used: found no whole number of MB below 1048576, expected one, as in 55 MB", "")
		}
	case 'I':
		if n := after(b, "Init Duration: "); n > 0 {
			return e.millis(b, n, hasInit, &e.init, "Init Duration: found no number of ms below 10000000000, expected one, as in 345.65 ms",
				"Init Duration: found twice, expected it once")
		}
	case 'R':
		if n := after(b, "Restore Duration: "); n > 0 {
			return e.millis(b, n, hasRestore, &e.restore, "Restore Duration: found no number of ms below 10000000000, expected one, as in 398.97 ms",
				"Restore Duration: found twice, expected it once")
		}
	case 'S':
		if n := after(b, "Status: "); n > 0 {
			end := n + tabEnd(b[n:])
			e.label(bytes.TrimRight(b[n:end], " \r\""))
			return end, ""
		}
	}
	return tabEnd(b), ""
}

// after returns the length of a name that b begins with, else 0.
func after(b []byte, name string) int {
	if len(b) > len(name) && string(b[:len(name)]) == name {
		return len(name)
	}
	return 0
}

// tabEnd is where a field ends: at a tab, or at the end of the line.
func tabEnd(b []byte) int {
	for i, c := range b {
		if c == '\t' || c == '\n' {
			return i
		}
	}
	return len(b)
}

// millis reads decimal milliseconds and their unit.
func (e *entry) millis(b []byte, i int, bit has, to *sim.Time, none, twice problem) (int, problem) {
	if e.has&bit != 0 {
		return 0, twice
	}
	from, n := i, int64(0)
	for ; i < len(b) && b[i]-'0' <= 9 && n < millisMax; i++ {
		n = n*10 + int64(b[i]-'0')
	}
	if i == from || n >= millisMax {
		return 0, none
	}
	n *= sim.Millisecond
	if i < len(b) && b[i] == '.' {
		unit := sim.Millisecond / 10
		for i++; i < len(b) && b[i]-'0' <= 9; i++ {
			n += int64(b[i]-'0') * unit
			unit /= 10
		}
	}
	if !unit(b[i:], " ms") {
		return 0, none
	}
	*to = n
	e.has |= bit
	return i + 3, ""
}

// whole reads a whole number and its unit.
func (e *entry) whole(b []byte, i int, suffix string, bit has, most int64, to *int64, none, twice problem) (int, problem) {
	if bit != 0 && e.has&bit != 0 {
		return 0, twice
	}
	from, n := i, int64(0)
	for ; i < len(b) && b[i]-'0' <= 9 && n < most; i++ {
		n = n*10 + int64(b[i]-'0')
	}
	if i == from || n >= most || n == 0 && bit == hasMemory || !unit(b[i:], suffix) { // a size of 0 MB is none
		return 0, none
	}
	*to = n
	e.has |= bit
	return i + len(suffix), ""
}

// unit reports whether b begins with a unit of three bytes that ends there.
func unit(b []byte, suffix string) bool {
	return len(b) >= 3 && b[0] == suffix[0] && b[1] == suffix[1] && b[2] == suffix[2] &&
		(len(b) == 3 || b[3] == '\t' || b[3] == ' ' || b[3] == '\n' || b[3] == '\r' || b[3] == '"')
}
