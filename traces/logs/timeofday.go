package logs

// anyDay is the day that times without a date are of, where nothing says more:
// 2026-01-01, in days since 1970.
const anyDay = 20_454

// calendar gives times of day a date: that of the log stream on their line, or
// of the last full time before them, or anyDay; and the next one where the
// clock goes back by more than twelve hours.
type calendar struct {
	known bool
	day   int64 // since 1970
	last  int64 // time of the day, ns
	full  int64 // the last full time, Unix ns; 0: none
	// turned is true after midnight was passed.
	turned bool
}

const (
	halfDay  = dayLength / 2
	lateMost = dayLength / 24 // how late a line of before midnight may come
)

// date completes a time.
func (c *calendar) date(h *head) {
	if !h.dateless {
		c.full = h.at
		return
	}
	if c.full != 0 {
		c.known, c.day, c.last, c.full = true, c.full/dayLength, c.full%dayLength, 0
	}
	if day, ok := streamDay(h.stream); ok && (!c.known || day > c.day) {
		c.known, c.day, c.last = true, day, h.at
	}
	if !c.known {
		c.known, c.day, c.last = true, anyDay, h.at
	}
	day := c.day
	switch {
	case h.at < c.last-halfDay:
		c.day++
		day, c.last, c.turned = c.day, h.at, true
	case c.turned && c.last < lateMost && h.at > dayLength-lateMost:
		day--
	default:
		c.last = h.at
	}
	h.at += day * dayLength
}

// streamDay reads the date at the start of a log stream's name, YYYY/MM/DD/….
func streamDay(b []byte) (int64, bool) {
	if len(b) < 11 || b[4] != '/' || b[7] != '/' {
		return 0, false
	}
	return days(digits(b, 0, 4), digits(b, 5, 2), digits(b, 8, 2))
}

// timeOfDay reads 15:04:05, 9:04:05.123 or 3:04:05 PM at the start of b, in ns
// since midnight, and returns how many bytes it took.
func timeOfDay(b []byte) (ns int64, n int, ok bool) {
	hour := 2
	if len(b) > 1 && b[1] == ':' {
		hour = 1
	}
	if len(b) < hour+6 || b[hour] != ':' || b[hour+3] != ':' {
		return 0, 0, false
	}
	h := digits(b, 0, hour)
	frac, n := fraction(b, hour+6)
	if rest := b[n:]; len(rest) >= 3 && rest[0] == ' ' && rest[2]|0x20 == 'm' && h >= 1 && h <= 12 {
		switch rest[1] | 0x20 {
		case 'a':
			h, n = h%12, n+3
		case 'p':
			h, n = h%12+12, n+3
		}
	}
	sec, ok := unix(0, h, digits(b, hour+1, 2), digits(b, hour+4, 2))
	return sec*second + frac, n, ok
}

// zoneMark reads an offset that stands by itself after a time, ±hh:mm, (±hh:mm)
// or (UTC±hh:mm), as seconds, and returns how many bytes it took; 0: there is none.
func zoneMark(b []byte) (sec int64, n int) {
	i := 0
	bracket := b[0] == '('
	if bracket {
		i++
	}
	if len(b) >= i+3 && (string(b[i:i+3]) == "UTC" || string(b[i:i+3]) == "GMT") {
		i += 3
		if i < len(b) && bracket && b[i] == ')' {
			return 0, i + 1
		}
	}
	if i < len(b) && b[i] == 'Z' {
		i++ // no offset follows
	} else {
		next, zoned, ok := 0, false, false
		if sec, next, zoned, ok = offset(b, i); !ok || !zoned {
			return 0, 0
		}
		i = next
	}
	if bracket {
		if i >= len(b) || b[i] != ')' {
			return 0, 0
		}
		i++
	}
	return sec, i
}
